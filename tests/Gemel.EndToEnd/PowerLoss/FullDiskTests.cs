using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gemel.EndToEnd.Hosting;
using MQTTnet;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>A small file system that fills up under load.</summary>
public sealed class FullDiskTests
{
    private const int DiskBytes = 7 << 20;
    private const int BallastBytes = 4 << 20;

    [Fact]
    public async Task A_full_disk_makes_the_server_read_only_and_room_makes_it_take_messages_again_by_itself()
    {
        using SmallDisk disk = SmallDisk.MountOrSkip(DiskBytes);
        string ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[BallastBytes]);
        string data = Path.Combine(disk.Path, "data");
        // Nothing is trimmed, so that the disk fills.
        await using ServerProcess server = await ServerProcess.StartAsync(data, ("Journal__SegmentBytes", "262144"), ("History__HotRows", "2000"), ("History__HotAge", "500ms"), ("DISKRESERVE", "0"));
        Workload load = await Workload.RunAsync(server, async running =>
        {
            await FaultTests.UntilAsync(server, status => status.GetProperty("phase").GetString() == "readOnly");
            await running.UntilRefusedAsync(running.Refused);

            JsonElement status = (await server.Admin.GetAsync("api/v1/status")).Json;
            Assert.Contains("full", status.GetProperty("reason").GetString()!, StringComparison.Ordinal);
            Assert.Contains("full", (await server.Admin.GetAsync("health/ready")).Text, StringComparison.Ordinal);
            Assert.Matches(@"\ngemel_readonly(_ratio)?(\{[^}]*\})? 1 ?", await MetricsAsync(server));
            (await server.Admin.PostAsync("api/v1/devices/pump-http/data", """{"flow":1}""")).ExpectError(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "GMC001");
            (await server.Admin.GetAsync("digitaltwins/pump-0")).Expect(HttpStatusCode.OK);
            (await server.Admin.GetAsync("api/v1/digitaltwins/pump-0/history?paths=count&limit=10")).Expect(HttpStatusCode.OK);

            File.Delete(ballast);
            await FaultTests.UntilAsync(server, now => now.GetProperty("phase").GetString() == "ready");
            await running.WaitForAsync(500);
            await FaultTests.UntilAsync(server, now => now.GetProperty("followers").EnumerateArray().All(f => !f.TryGetProperty("failure", out _)));
        });
        Assert.Contains(load.Reasons, reason => reason is MqttClientDisconnectReason.ServerBusy or MqttClientDisconnectReason.QuotaExceeded);
        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Acknowledged} acknowledged, {load.Refused} refused, reasons {string.Join(", ", load.Reasons.Distinct())}.");
        string copy = disk.CopyTo(data);
        IReadOnlyList<string> wrong = await new CrashCheck(load, cut: long.MaxValue - 1, server.Key).RunAsync(copy);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task<string> MetricsAsync(ServerProcess server) => "\n" + (await server.Admin.GetAsync("metrics")).Expect(HttpStatusCode.OK).Text;

    /// <summary>A tmpfs of so many bytes.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public string Path => _folder.Combine("disk");

        public static SmallDisk MountOrSkip(int bytes)
        {
            SmallDisk disk = new();
            Directory.CreateDirectory(disk.Path);
            if (OperatingSystem.IsLinux() && Mount("tmpfs", disk.Path, "tmpfs", 0, $"size={bytes}") == 0)
            {
                return disk;
            }
            int error = Marshal.GetLastPInvokeError();
            disk._folder.Dispose();
            Assert.Skip($"A small file system cannot be mounted here (error {error}); that takes root.");
            throw new InvalidOperationException();
        }

        /// <summary>To where there is room.</summary>
        public string CopyTo(string data)
        {
            string copy = _folder.Combine("copy");
            Directory.CreateDirectory(copy);
            Disk.Materialize(Disk.Of(data).Seen(), copy);
            return copy;
        }

        public void Dispose()
        {
            _ = Unmount(Path);
            _folder.Dispose();
        }

        [DllImport("libc", EntryPoint = "mount", SetLastError = true)]
        private static extern int Mount(string source, string target, string kind, nuint flags, string options);

        [DllImport("libc", EntryPoint = "umount", SetLastError = true)]
        private static extern int Unmount(string target);
    }
}
