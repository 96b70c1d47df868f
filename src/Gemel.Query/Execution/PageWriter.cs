using System.Buffers;
using System.Globalization;
using System.Text;
using Gemel.Graph;

namespace Gemel.Query.Execution;

/// <summary>Writes the rows of one page as a JSON array, and knows when the page and the query are full.</summary>
internal sealed class PageWriter : IBufferWriter<byte>
{
    private readonly IBufferWriter<byte> _output;
    private readonly QueryLimits _limits;
    private readonly long _mostRows;
    private long _bytes;

    /// <param name="top">Most rows of all pages; null where there is no such limit.</param>
    /// <param name="returnedBefore">Rows on the pages before.</param>
    public PageWriter(IBufferWriter<byte> output, QueryLimits limits, long? top, long returnedBefore)
    {
        (_output, _limits, _mostRows, ReturnedBefore) = (output, limits, (top ?? long.MaxValue) - returnedBefore, returnedBefore);
        this.Write("["u8);
    }

    public int Rows { get; private set; }

    /// <summary>No further row fits on the page; the first one always does.</summary>
    public bool IsFull => Rows >= _limits.Rows || (Rows > 0 && _bytes >= _limits.Bytes);

    /// <summary>The query wants no further row.</summary>
    public bool IsDone => Rows >= _mostRows;

    /// <summary>Rows on all pages up to this one.</summary>
    public long Returned => ReturnedBefore + Rows;

    private long ReturnedBefore { get; }

    /// <summary>Begins a row; the caller writes it here.</summary>
    public void BeginRow()
    {
        if (Rows > 0)
        {
            this.Write(","u8);
        }
        Rows++;
    }

    /// <summary>The one row of COUNT().</summary>
    public void WriteCount(string name, long count)
    {
        BeginRow();
        this.Write("{"u8);
        TwinJson.WriteText(Encoding.UTF8.GetBytes(name), this);
        this.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $":{count}}}")));
    }

    public void End() => this.Write("]"u8);

    public void Advance(int count)
    {
        _output.Advance(count);
        _bytes += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);
}
