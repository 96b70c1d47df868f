using System.Collections.Immutable;
using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt.Outputs;

/// <summary>The subscriptions of one session. Immutable; finding those of one topic does not depend on how many there are
/// for other twins.</summary>
internal sealed class SubscriptionSet
{
    private readonly ImmutableDictionary<string, Subscription> _byText;
    private readonly ImmutableDictionary<string, ImmutableArray<Subscription>> _byId;
    private readonly ImmutableArray<Subscription> _wildcards;

    private SubscriptionSet(
        ImmutableDictionary<string, Subscription> byText,
        ImmutableDictionary<string, ImmutableArray<Subscription>> byId,
        ImmutableArray<Subscription> wildcards) => (_byText, _byId, _wildcards) = (byText, byId, wildcards);

    public static SubscriptionSet Empty { get; } = new(
        ImmutableDictionary.Create<string, Subscription>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, ImmutableArray<Subscription>>(StringComparer.Ordinal),
        []);

    public int Count => _byText.Count;

    public IEnumerable<Subscription> All => _byText.Values;

    public bool Contains(string filter) => _byText.ContainsKey(filter);

    /// <summary>Adds the subscription in place of one with the same filter.</summary>
    public SubscriptionSet With(Subscription subscription)
    {
        SubscriptionSet rest = Without(subscription.Filter.Text);
        ImmutableDictionary<string, Subscription> byText = rest._byText.Add(subscription.Filter.Text, subscription);
        return subscription.Filter.Id is { } id
            ? new SubscriptionSet(byText, rest._byId.SetItem(id, [.. rest._byId.GetValueOrDefault(id, []), subscription]), rest._wildcards)
            : new SubscriptionSet(byText, rest._byId, rest._wildcards.Add(subscription));
    }

    public SubscriptionSet Without(string filter)
    {
        if (!_byText.TryGetValue(filter, out Subscription? former))
        {
            return this;
        }
        ImmutableDictionary<string, Subscription> byText = _byText.Remove(filter);
        if (former.Filter.Id is not { } id)
        {
            return new SubscriptionSet(byText, _byId, _wildcards.Remove(former));
        }
        ImmutableArray<Subscription> others = _byId[id].Remove(former);
        return new SubscriptionSet(byText, others.IsEmpty ? _byId.Remove(id) : _byId.SetItem(id, others), _wildcards);
    }

    /// <summary>How a message is to be sent; null where no subscription wants it.</summary>
    public Delivery? DeliveryOf(OutputKind kind, string id)
    {
        Delivery? delivery = null;
        foreach (Subscription subscription in _byId.GetValueOrDefault(id, []))
        {
            Add(subscription);
        }
        foreach (Subscription subscription in _wildcards)
        {
            Add(subscription);
        }
        return delivery;

        void Add(Subscription subscription)
        {
            if (subscription.Filter.Matches(kind))
            {
                (delivery ??= new Delivery()).Add(subscription);
            }
        }
    }
}
