using System.Text;
using Gemel.Graph;
using Gemel.Ingest;

namespace Gemel.Cluster.Tests;

public sealed class WaveTests
{
    private static readonly InstanceOptions TwoShards = new() { Shards = 2 };

    // Ids that hash to different shards.
    private static readonly string First = IdIn(shard: 0);
    private static readonly string Second = IdIn(shard: 1);

    [Fact]
    public async Task A_flush_that_is_cancelled_between_two_shards_gives_back_every_credit()
    {
        await using TestInstance instance = await StartAsync();
        IngestGateway gateway = new(Services(instance), batchesPerShard: 1);
        await gateway.TakeCreditAsync(1, TestInstance.Cancelled);
        using IIngestSession session = gateway.Open(TestInstance.Administrator, "test");
        Add(session, First, """{"flow":1}""");
        Add(session, Second, """{"flow":1}""");

        using CancellationTokenSource gone = new();
        Task flushing = session.FlushAsync(gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flushing);

        gateway.ReturnCredit(1);
        Assert.Equal([0, 0], gateway.BatchesInFlight);
    }

    [Fact]
    public async Task A_batch_whose_shard_gave_no_answer_is_never_written_again()
    {
        await using TestInstance instance = await StartAsync();
        SilentGrain silent = new();
        IngestGateway gateway = new(Services(instance) with { Grains = [silent, silent] }, batchesPerShard: 1);
        using IIngestSession session = gateway.Open(TestInstance.Administrator, "test");
        Add(session, First, """{"flow":1}""");
        Task<WaveReceipt> wave = await session.FlushAsync(TestInstance.Cancelled);
        byte[] sent = silent.Batches.Single().Bytes.ToArray();

        silent.Answer.SetException(new TimeoutException("No answer within 30 s."));
        GemelException failure = await Assert.ThrowsAsync<GemelException>(() => wave);
        Assert.Equal(ClusterErrors.NoAnswer, failure.Error.Code);
        Assert.True(failure.IsRetryable);

        // The call may still lie in the grain's mailbox: its bytes must stay as they are.
        for (int i = 0; i < 3; i++)
        {
            Add(session, First, """{"flow":222222}""");
        }
        Assert.Equal(sent, silent.Batches.Single().Bytes.ToArray());
        Assert.Equal([0, 0], gateway.BatchesInFlight);
    }

    [Fact]
    public async Task Waves_of_a_session_end_in_the_order_of_their_sending()
    {
        await using TestInstance instance = await StartAsync();
        SilentGrain slow = new();
        SilentGrain quick = new();
        IngestGateway gateway = new(Services(instance) with { Grains = [slow, quick] }, batchesPerShard: 8);
        using IIngestSession session = gateway.Open(TestInstance.Administrator, "test");
        Add(session, First, """{"flow":1}""");
        Task<WaveReceipt> earlier = await session.FlushAsync(TestInstance.Cancelled);
        Add(session, Second, """{"flow":1}""");
        Task<WaveReceipt> later = await session.FlushAsync(TestInstance.Cancelled);

        quick.Answer.SetResult(new IngestAnswer(2, 1, 0, null));
        Assert.False(later.IsCompleted);
        slow.Answer.SetResult(new IngestAnswer(1, 1, 0, null));
        Assert.Equal(1, (await earlier).Commit);
        Assert.Equal(2, (await later).Commit);
    }

    [Fact]
    public async Task A_message_of_which_a_shard_refuses_an_object_has_one_receipt_that_counts_both()
    {
        await using TestInstance instance = await StartAsync();
        IngestGateway gateway = new(Services(instance), batchesPerShard: 8);
        using IIngestSession session = gateway.Open(TestInstance.Administrator, "test");
        string both = $$"""[{"$twin":"{{First}}","flow":1,"wrong":2},{"$twin":"{{Second}}","flow":3}]""";
        string secondOnly = $$"""[{"$twin":"{{Second}}","flow":5}]""";
        string firstOnly = $$"""[{"$twin":"{{First}}","flow":4}]""";
        Assert.Equal(MessageDisposition.PartlyRejected, AddGateway(session, both));
        Assert.Equal(MessageDisposition.Taken, AddGateway(session, secondOnly));
        Assert.Equal(MessageDisposition.Taken, AddGateway(session, firstOnly));
        await instance.Instance.Twins.DeleteAsync(TwinId.Create(Second), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);
        WaveReceipt receipt = await await session.FlushAsync(TestInstance.Cancelled);

        Assert.Equal([(0, MessageDisposition.PartlyRejected, 1, 2), (1, MessageDisposition.Rejected, 0, 1)],
            receipt.Exceptions.Select(e => (e.Item, e.Disposition, e.Taken, e.Rejected)));
        Assert.Equal([IngestErrors.UnknownName, IngestErrors.TwinGone], receipt.Exceptions[0].Errors.Select(e => e.Code));
    }

    private static async Task<TestInstance> StartAsync()
    {
        TestInstance instance = await TestInstance.StartAsync(TwoShards);
        await instance.PutPumpAsync(First);
        await instance.PutPumpAsync(Second);
        return instance;
    }

    private static IngestServices Services(TestInstance instance) => ((IngestGateway)instance.Instance.Ingest).Services;

    private static void Add(IIngestSession session, string twin, string json) =>
        Assert.Equal(MessageDisposition.Taken, session.Add(new DataMessage { Twin = twin, Topic = "t", Payload = Encoding.UTF8.GetBytes(json) }));

    private static MessageDisposition AddGateway(IIngestSession session, string json) =>
        session.Add(new DataMessage { Topic = "devices/gateway/data", Payload = Encoding.UTF8.GetBytes(json) });

    private static string IdIn(int shard) =>
        Enumerable.Range(0, 100).Select(i => $"p{i}").First(id => ShardSet.NumberOf(Slots.Of(id), TwoShards.Shards) == shard);

    /// <summary>Keeps the batches it is given and answers when it is told to.</summary>
    private sealed class SilentGrain : IShardGrain
    {
        public List<IngestBatch> Batches { get; } = [];

        public TaskCompletionSource<IngestAnswer> Answer { get; } = new();

        public Task Activate() => Task.CompletedTask;

        public Task<IngestAnswer> Ingest(IngestBatch batch)
        {
            Batches.Add(batch);
            return Answer.Task;
        }

        public Task<WriteAnswer> Write(WriteRequest request) => throw new NotSupportedException();
    }
}
