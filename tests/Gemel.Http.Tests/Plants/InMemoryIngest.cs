using System.Text;
using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Http.Tests;

/// <summary>Notes what comes in. A payload that holds <c>refuse</c> is rejected whole, one with <c>partly</c> in part.</summary>
internal sealed class InMemoryIngest(InMemoryInstance instance) : IIngestGateway
{
    public List<Message> Messages { get; } = [];

    public Identity? LastIdentity { get; private set; }

    /// <summary>What the next flush throws, once; null for none.</summary>
    public GemelException? NextFailure { get; set; }

    public IIngestSession Open(Identity identity, string origin)
    {
        LastIdentity = identity;
        return new Session(this);
    }

    internal sealed record Message(string Twin, string Topic, string Payload, PayloadFormat Format);

    private sealed class Session(InMemoryIngest owner) : IIngestSession
    {
        private readonly List<MessageReceipt> _exceptions = [];

        public int Pending { get; private set; }

        public MessageDisposition Add(in DataMessage message)
        {
            string text = Encoding.Latin1.GetString(message.Payload);
            owner.Messages.Add(new Message(message.Twin.ToString(), message.Topic.ToString(), text, message.Format));
            int item = Pending++;
            GemelError error = GraphErrors.NullValue.With("flow").On("flow");
            if (text.Contains("refuse"))
            {
                _exceptions.Add(new MessageReceipt(item, MessageDisposition.Rejected, 0, 1, [error]));
                return MessageDisposition.Rejected;
            }
            if (text.Contains("partly"))
            {
                _exceptions.Add(new MessageReceipt(item, MessageDisposition.PartlyRejected, 1, 1, [error]));
                return MessageDisposition.PartlyRejected;
            }
            return MessageDisposition.Taken;
        }

        public ValueTask<Task<WaveReceipt>> FlushAsync(CancellationToken cancellationToken)
        {
            if (owner.NextFailure is { } failure)
            {
                owner.NextFailure = null;
                return new(Task.FromException<WaveReceipt>(failure));
            }
            return new(Task.FromResult(new WaveReceipt(owner.NextCommit(), _exceptions)));
        }

        public void Dispose()
        {
        }
    }

    private long NextCommit() => ++instance.DurableCommit;
}
