namespace Gemel.Graph;

/// <summary>Tags of Protobuf fields with numbers up to 15, which take one byte.</summary>
internal static class WireTag
{
    public static byte Varint(int field) => (byte)(field << 3);

    public static byte Fixed64(int field) => (byte)((field << 3) | 1);

    public static byte Bytes(int field) => (byte)((field << 3) | 2);
}
