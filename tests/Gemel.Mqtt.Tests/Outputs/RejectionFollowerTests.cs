using System.Runtime.CompilerServices;
using Gemel.Cluster;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Sessions;
using Gemel.Mqtt.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gemel.Mqtt.Tests.Outputs;

/// <summary>Following that ends before anybody asks for its end.</summary>
public sealed class RejectionFollowerTests
{
    [Fact]
    public async Task A_device_whose_rejections_ended_by_themselves_can_be_let_go()
    {
        await using Door door = await Door.OpenAsync();
        ClientSession session = new("key", new Identity("device:G1", Role.Device, DeviceId.Create("G1")), queueCapacity: 4, maxUnacknowledged: 1);
        await using RejectionFollower follower = new(new EndedStore(), session, 4, door.Service<MqttMetrics>(), NullLogger.Instance);
        follower.Follow(["G1"]);
        follower.Follow([]);
    }

    private sealed class EndedStore : IRejectionStore
    {
        public void Record(Rejection rejection) => throw new NotSupportedException();

        public IReadOnlyList<Rejection> Read(Timestamp from, Timestamp to, DeviceId? device, int limit) => [];

        public async IAsyncEnumerable<Rejection> FollowAsync(DeviceId device, int capacity, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
