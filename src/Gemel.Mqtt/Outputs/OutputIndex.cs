using Gemel.Mqtt.Sessions;

namespace Gemel.Mqtt.Outputs;

/// <summary>Finds the sessions that an event of a twin goes to. Threading: under the hub's lock.</summary>
internal sealed class OutputIndex
{
    private readonly Dictionary<string, Dictionary<ClientSession, long>> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<ClientSession, long> _all = [];

    public bool IsEmpty => _byId.Count == 0 && _all.Count == 0;

    /// <summary>Takes over what a session covers now.</summary>
    public void Replace(ClientSession session, Coverage before, Coverage now)
    {
        if (now.All is { } since)
        {
            _all.TryAdd(session, since);
        }
        else
        {
            _all.Remove(session);
        }
        foreach (string id in before.Ids.Keys)
        {
            if (!now.Ids.ContainsKey(id))
            {
                Remove(id, session);
            }
        }
        foreach ((string id, long after) in now.Ids)
        {
            Add(id, session, after);
        }
    }

    public void Add(string id, ClientSession session, long since)
    {
        if (!_byId.TryGetValue(id, out Dictionary<ClientSession, long>? sessions))
        {
            _byId[id] = sessions = [];
        }
        sessions.TryAdd(session, since);
    }

    public bool HasReaders(string id) => _all.Count > 0 || _byId.ContainsKey(id);

    /// <summary>The sessions that want an event of the commit, each once.</summary>
    public void Collect(string id, long commit, List<ClientSession> into)
    {
        into.Clear();
        foreach ((ClientSession session, long since) in _all)
        {
            if (commit > since)
            {
                into.Add(session);
            }
        }
        if (_byId.TryGetValue(id, out Dictionary<ClientSession, long>? sessions))
        {
            foreach ((ClientSession session, long since) in sessions)
            {
                if (commit > since && !_all.ContainsKey(session))
                {
                    into.Add(session);
                }
            }
        }
    }

    private void Remove(string id, ClientSession session)
    {
        if (_byId.TryGetValue(id, out Dictionary<ClientSession, long>? sessions) && sessions.Remove(session) && sessions.Count == 0)
        {
            _byId.Remove(id);
        }
    }
}
