using System.Diagnostics;
using System.Text;

namespace Gemel.Bench.Load;

/// <summary>Finds the time stamps that came with readings in a flow of bytes, and measures how old they are.</summary>
/// <remarks>A stamp is a number of 13 digits: microseconds of the machine's monotonic clock above <see cref="Base"/>, so that it never has fewer digits.</remarks>
internal sealed class StampReader(string marker, Action<double> measured)
{
    public const int Digits = 13;

    private const long Base = 1_000_000_000_000;

    private readonly byte[] _marker = Encoding.UTF8.GetBytes(marker);
    private readonly byte[] _carry = new byte[64 * 1024];
    private int _carried;

    public static long Now() => Base + (long)(Stopwatch.GetTimestamp() * (1e6 / Stopwatch.Frequency));

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int taken = Math.Min(bytes.Length, _carry.Length - _carried);
            bytes[..taken].CopyTo(_carry.AsSpan(_carried));
            Scan(_carried + taken);
            bytes = bytes[taken..];
        }
    }

    private void Scan(int length)
    {
        ReadOnlySpan<byte> rest = _carry.AsSpan(0, length);
        long now = Now();
        while (rest.IndexOf(_marker) is >= 0 and var at && rest.Length >= at + _marker.Length + Digits)
        {
            long stamp = 0;
            foreach (byte digit in rest.Slice(at + _marker.Length, Digits))
            {
                stamp = (stamp * 10) + (digit - '0');
            }
            measured(now - stamp);
            rest = rest[(at + _marker.Length + Digits)..];
        }
        int kept = Math.Min(rest.Length, _marker.Length + Digits - 1);
        rest[^kept..].CopyTo(_carry);
        _carried = kept;
    }
}
