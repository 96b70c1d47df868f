namespace Gemel.History.Tests;

public sealed class RawReadTests
{
    [Fact]
    public async Task Samples_read_the_same_from_memory_and_from_files()
    {
        await using var test = new TestStore();
        await test.CommitAsync(1, Row.Number(1, 1.5), Row.Number(0, 0.1));
        Assert.Equal([0.1, 1.5], test.Read().Select(point => point.Value.Number));
        await test.Store.SealAsync(TestStore.Cancellation);
        Assert.Equal(1, test.Store.DurableCommit);
        Assert.Equal([0.1, 1.5], test.Read().Select(point => point.Value.Number));
        await test.ReopenAsync();
        Assert.Equal([0.1, 1.5], test.Read().Select(point => point.Value.Number));
    }
}
