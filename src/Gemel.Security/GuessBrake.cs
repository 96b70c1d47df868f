using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gemel.Security;

/// <summary>Slows down whoever guesses credentials, by address and identity together.</summary>
/// <remarks>
/// Problem: guessing must become slow, and nobody may be locked out by somebody else's guesses. So a pair of address and claimed
/// identity has its own count; after ten failures it waits 1 s, and twice as long after each further one, up to 60 s. The same
/// identity from another address is another pair. An address that fails as ever new identities (more than 20 within the
/// time a count is kept) waits as a whole, except for identities that came in from it lately: many devices share one address
/// behind a router.
///
/// The same wrong credential again is no guess and counts once: a program with an old key is told so each time, and holds up nobody.
/// A wait is told whether the credential, or the name, is good or not, so it says nothing of them; only who came in from the same address lately is let pass. An attempt
/// within a wait does not lengthen it. Counts fade after 15 minutes without a failure; a good credential ends its pair's at once.
/// Memory: at most <see cref="Most"/> entries, the one longest untouched goes first. An IPv6 address counts by its /64, which is what
/// one subscriber has. Threading: safe for concurrent callers.
/// </remarks>
public sealed class GuessBrake : IDisposable
{
    public const string MeterName = "Gemel.Security";

    /// <summary>Most pairs and addresses remembered.</summary>
    public const int Most = 20_000;

    /// <summary>The identity of callers that show a key and no name.</summary>
    public const string Nameless = "";

    private const int FreeFailures = 10;
    private const int FreeIdentities = 20;
    private const int LongestName = 256;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Fade = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan TrustTime = TimeSpan.FromHours(1);

    // The address as a whole; no identity has this name.
    private const string Whole = "\u0000";

    private readonly Lock _sync = new();
    private readonly Dictionary<(IPAddress Address, string Identity), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byTouch = [];
    private readonly TimeProvider _clock;
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _refused;

    public GuessBrake(TimeProvider clock)
    {
        _clock = clock;
        _refused = _meter.CreateCounter<long>("gemel.access.refused", "{attempt}", "Credentials refused, by door and by whether they were looked at (credential) or came too soon (slowed).");
        _meter.CreateObservableGauge("gemel.access.watched", () => Count, "{entry}", "Addresses and identities whose failures are counted.");
    }

    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>How long this identity has to wait at this address before its credential is looked at; zero: not at all.</summary>
    /// <param name="identity">As claimed; <see cref="Nameless"/> where only a key is shown.</param>
    /// <param name="door">For the count: <c>http</c>, <c>mqtt</c>.</param>
    public TimeSpan WaitOf(IPAddress? address, string identity, string door)
    {
        IPAddress from = Normal(address);
        TimeSpan wait;
        lock (_sync)
        {
            TimeSpan own = WaitOf(from, Cut(identity), FreeFailures);
            TimeSpan whole = IsTrusted(from, Cut(identity)) ? TimeSpan.Zero : WaitOf(from, Whole, FreeIdentities);
            wait = own > whole ? own : whole;
        }
        if (wait > TimeSpan.Zero)
        {
            Tally(door, "slowed");
        }
        return wait;
    }

    /// <summary>True where the identity came in from this address lately.</summary>
    public bool HasComeIn(IPAddress? address, string identity)
    {
        lock (_sync)
        {
            return IsTrusted(Normal(address), Cut(identity));
        }
    }

    /// <param name="credential">What was refused; kept as a few bits of its digest.</param>
    public void Failed(IPAddress? address, string identity, ReadOnlySpan<byte> credential, string door)
    {
        IPAddress from = Normal(address);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(credential, digest);
        int mark = BinaryPrimitives.ReadInt32LittleEndian(digest);
        lock (_sync)
        {
            Entry own = Touch(from, Cut(identity), out bool isNew);
            Fail(own, mark);
            if (isNew)
            {
                Fail(Touch(from, Whole, out _), mark: null);
            }
        }
        Tally(door, "credential");
    }

    /// <param name="claimed">The identity that <see cref="WaitOf"/> was asked for.</param>
    /// <param name="name">Who it turned out to be.</param>
    public void Succeeded(IPAddress? address, string claimed, string name)
    {
        IPAddress from = Normal(address);
        lock (_sync)
        {
            Clear(from, Cut(claimed));
            Entry trusted = Touch(from, Cut(name), out _);
            trusted.Failures = 0;
            trusted.CameInAt = _clock.GetTimestamp();
        }
    }

    public void Dispose() => _meter.Dispose();

    // An IPv4 address may come as one mapped into IPv6, by the socket it reached.
    private static IPAddress Normal(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return plain;
        }
        byte[] bytes = plain.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static string Cut(string identity) => identity.Length <= LongestName ? identity : identity[..LongestName];

    private TimeSpan WaitOf(IPAddress address, string identity, int free)
    {
        if (!_entries.TryGetValue((address, identity), out LinkedListNode<Entry>? node) || node.Value.Failures < free)
        {
            return TimeSpan.Zero;
        }
        int doublings = Math.Min(node.Value.Failures - free, 10);
        TimeSpan wait = FirstWait * Math.Pow(2, doublings);
        TimeSpan left = (wait < LongestWait ? wait : LongestWait) - _clock.GetElapsedTime(node.Value.FailedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private bool IsTrusted(IPAddress address, string identity) =>
        _entries.TryGetValue((address, identity), out LinkedListNode<Entry>? node) && node.Value.CameInAt is { } at && _clock.GetElapsedTime(at) < TrustTime;

    private void Fail(Entry entry, int? mark)
    {
        long now = _clock.GetTimestamp();
        bool isFaded = _clock.GetElapsedTime(entry.FailedAt, now) > Fade;
        if (isFaded || mark is not { } shown || entry.IsNew(shown))
        {
            entry.Failures = isFaded ? 1 : entry.Failures + 1;
            entry.FailedAt = now;
        }
    }

    private Entry Touch(IPAddress address, string identity, out bool isNew)
    {
        isNew = !_entries.TryGetValue((address, identity), out LinkedListNode<Entry>? node);
        if (node is null)
        {
            if (_entries.Count >= Most)
            {
                Clear(_byTouch.First!.Value.Address, _byTouch.First!.Value.Identity);
            }
            _entries[(address, identity)] = node = new LinkedListNode<Entry>(new Entry(address, identity) { FailedAt = _clock.GetTimestamp() });
        }
        else
        {
            _byTouch.Remove(node);
        }
        _byTouch.AddLast(node);
        return node.Value;
    }

    private void Clear(IPAddress address, string identity)
    {
        if (_entries.Remove((address, identity), out LinkedListNode<Entry>? node))
        {
            _byTouch.Remove(node);
        }
    }

    private void Tally(string door, string reason) => _refused.Add(1, new("door", door), new KeyValuePair<string, object?>("reason", reason));

    private sealed class Entry(IPAddress address, string identity)
    {
        public IPAddress Address => address;

        public string Identity => identity;

        private readonly int[] _marks = new int[4];
        private int _next;

        public int Failures { get; set; }

        /// <summary>False for one of the last credentials; remembers the others.</summary>
        public bool IsNew(int mark)
        {
            if (Failures > 0 && Array.IndexOf(_marks, mark) >= 0)
            {
                return false;
            }
            _marks[_next++ % _marks.Length] = mark;
            return true;
        }

        public long FailedAt { get; set; }

        public long? CameInAt { get; set; }
    }
}
