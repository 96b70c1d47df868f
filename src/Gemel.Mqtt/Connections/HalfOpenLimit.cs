using System.Net;

namespace Gemel.Mqtt.Connections;

/// <summary>Counts connections of which nobody knows yet whose they are, in all and by address.</summary>
/// <remarks>Strangers can open sockets and stay silent; the places of known clients must not be theirs. An address leaves the table with its last
/// such connection, so the table is no larger than there are connections. Threading: safe for concurrent callers.</remarks>
internal sealed class HalfOpenLimit(MqttOptions options)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _all;

    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _all;
            }
        }
    }

    /// <summary>Addresses in the table.</summary>
    public int Addresses
    {
        get
        {
            lock (_sync)
            {
                return _byAddress.Count;
            }
        }
    }

    /// <returns>False where there are too many already; nothing is counted then.</returns>
    public bool TryEnter(EndPoint? remote)
    {
        lock (_sync)
        {
            IPAddress address = AddressOf(remote);
            int present = _byAddress.GetValueOrDefault(address);
            if (_all >= options.MaxHalfOpen || present >= options.MaxHalfOpenPerAddress)
            {
                return false;
            }
            _byAddress[address] = present + 1;
            _all++;
            return true;
        }
    }

    /// <summary>Once for each that entered: it is known now, or over.</summary>
    public void Leave(EndPoint? remote)
    {
        lock (_sync)
        {
            IPAddress address = AddressOf(remote);
            _all--;
            if (_byAddress[address]-- == 1)
            {
                _byAddress.Remove(address);
            }
        }
    }

    private static IPAddress AddressOf(EndPoint? remote) => (remote as IPEndPoint)?.Address ?? IPAddress.None;
}
