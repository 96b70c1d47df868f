using System.Runtime.InteropServices;
using ParquetSharp;

namespace Gemel.History;

/// <summary>UTF-8 names in native memory for Parquet writers, each held once until disposal.</summary>
internal sealed unsafe class NativeNames : IDisposable
{
    private readonly Dictionary<string, ByteArray> _names = [];

    // SAFETY: the memory behind a ByteArray stays valid until Dispose; writers are closed before.
    public ByteArray this[string name]
    {
        get
        {
            if (!_names.TryGetValue(name, out ByteArray known))
            {
                int length = System.Text.Encoding.UTF8.GetByteCount(name);
                var memory = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, length));
                System.Text.Encoding.UTF8.GetBytes(name, new Span<byte>(memory, length));
                known = new ByteArray((nint)memory, length);
                _names.Add(name, known);
            }
            return known;
        }
    }

    public void Dispose()
    {
        foreach (ByteArray name in _names.Values)
        {
            NativeMemory.Free((void*)name.Pointer);
        }
        _names.Clear();
    }
}
