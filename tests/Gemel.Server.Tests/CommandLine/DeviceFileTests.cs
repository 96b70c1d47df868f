using Gemel.Server.CommandLine;

namespace Gemel.Server.Tests.CommandLine;

public sealed class DeviceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_one_device_bind_several_twins_and_an_empty_twin_is_the_devices_own()
    {
        Outcome<IReadOnlyList<NewDevice>> read = Read("device,twin,mapping\ngw,T1,tags\np1,,\ngw,\"T,2\",tags\ngw,T1,tags\n");
        Assert.Equal(
            ["gw: T1 T,2 (tags)", "p1: p1 ()"],
            read.Value.Select(device => $"{device.Id}: {string.Join(' ', device.Twins)} ({device.Mapping})"));
    }

    [Fact]
    public void Every_slip_is_said_with_its_line()
    {
        string file = _folder["devices.csv"];
        Assert.Equal(
            [
                $"GMX039 at {file}:2:1: The row names the device '', which is no device id.",
                $"GMX039 at {file}:3:1: The row names the twin '#', which is no twin id.",
                $"GMX039 at {file}:5:1: The row gives 'a' the mapping '', a row before it 'm'.",
                $"GMX039 at {file}:6:1: The row has 2 fields, the header 3.",
            ],
            Read("device,twin,mapping\n,t,\nb,#,\na,t,m\na,u,\nc,t\n").Errors.Select(e => e.ToString().Replace($" {ServerErrors.InvalidRow.Action}", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Both_columns_are_needed()
    {
        Assert.Equal([ServerErrors.MissingColumn, ServerErrors.MissingColumn], Read("id,name\na,b\n").Errors.Select(e => e.Code));
    }

    [Fact]
    public void A_file_that_is_not_there_is_said()
    {
        Assert.Equal(ServerErrors.FileUnreadable, Assert.Single(DeviceFile.Read(_folder["absent.csv"]).Errors).Code);
    }

    [Fact]
    public void Secrets_go_into_a_new_file_of_their_own()
    {
        using (SecretFile secrets = SecretFile.Create(_folder["secrets.csv"]))
        {
            secrets.Add("a,b", "s1");
        }
        Assert.Equal("device,secret\r\n\"a,b\",s1\r\n", File.ReadAllText(_folder["secrets.csv"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["secrets.csv"]));
        }
        GemelException refused = Assert.Throws<GemelException>(() => SecretFile.Create(_folder["secrets.csv"]));
        Assert.Equal(ServerErrors.FileUnwritable, refused.Error.Code);
    }

    private Outcome<IReadOnlyList<NewDevice>> Read(string csv) => DeviceFile.Read(_folder.Write("devices.csv", csv));
}
