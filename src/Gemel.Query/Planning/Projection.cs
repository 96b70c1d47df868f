using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Gemel.Graph;
using Gemel.Query.Binding;
using Gemel.Query.Execution;

namespace Gemel.Query.Planning;

/// <summary>The members of each row; those without a value are left out, also where that leaves <c>{}</c>.</summary>
internal sealed class Projection
{
    private readonly (byte[] NameJson, Operand Value)[] _members;

    public Projection(ImmutableArray<BoundItem> items, IOperandSource operands) =>
        _members = [.. items.Select(item => (NameJson(item.Name), operands.ShownOf(item.Path)))];

    public void Write(RowBatch batch, int row, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        bool isFirst = true;
        foreach ((byte[] nameJson, Operand value) in _members)
        {
            ReadOnlySpan<byte> json = value.ReadJson(batch, row, batch.Left);
            if (!json.IsEmpty)
            {
                output.Write(isFirst ? nameJson.AsSpan(1) : nameJson);
                output.Write(json);
                isFirst = false;
            }
        }
        output.Write("}"u8);
    }

    /// <summary><c>,"name":</c>.</summary>
    private static byte[] NameJson(string name)
    {
        ArrayBufferWriter<byte> json = new();
        json.Write(","u8);
        TwinJson.WriteText(Encoding.UTF8.GetBytes(name), json);
        json.Write(":"u8);
        return json.WrittenSpan.ToArray();
    }
}
