using System.Net;
using System.Text;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Upgrade;

/// <summary>Data folders of earlier releases are taken as they are, and answer what they answered.</summary>
public sealed class GoldenFolderTests
{
    public static TheoryData<string> Names => [.. GoldenFolder.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_folder_of_an_earlier_format_starts_and_answers_what_it_answered(string name)
    {
        using GoldenFolder golden = GoldenFolder.Open(name);
        using TemporaryFolder folder = new();
        golden.CopyTo(folder.Combine("data"));

        await using ServerProcess server = await ServerProcess.StartAsync(folder.Combine("data"));

        await AssertAnswersAsync(server, golden);
        await server.KillAsync();
        await server.StartAgainAsync();
        await AssertAnswersAsync(server, golden);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_secrets_of_devices_are_good_after_an_upgrade_and_new_values_follow_the_old_ones(string name)
    {
        using GoldenFolder golden = GoldenFolder.Open(name);
        using TemporaryFolder folder = new();
        golden.CopyTo(folder.Combine("data"));
        await using ServerProcess server = await ServerProcess.StartAsync(folder.Combine("data"));

        foreach ((string device, string secret) in golden.Secrets)
        {
            Assert.Equal(HttpStatusCode.OK, await SendAsync(server, device, secret));
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(server, device, secret + "x"));
        }
        await using MqttDevice pump = await MqttDevice.ConnectAsync(server, "pump-1", golden.Secrets.Single(each => each.Device == "pump-1").Secret);
        await pump.PublishAsync("twins/pump-1/data", """{"flow":1.25}""");

        Assert.Equal(1.25, (await server.Admin.StateAsync("pump-1")).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    internal static async Task AssertAnswersAsync(ServerProcess server, GoldenFolder golden)
    {
        foreach (GoldenQuestion question in golden.Questions)
        {
            Answer answer = await server.Admin.SendAsync(question.Method, question.Path, question.Body);
            JsonElement found = JsonSerializer.Deserialize<JsonElement>(answer.Text.Replace(server.Http.GetLeftPart(UriPartial.Authority), "", StringComparison.Ordinal));
            Assert.True(
                (int)answer.Status == question.Status && JsonElement.DeepEquals(question.Answer, found),
                $"{question.Method} {question.Path} {question.Body}\nexpected {question.Status} {question.Answer}\nfound {answer.Status} {found}");
        }
    }

    private static async Task<HttpStatusCode> SendAsync(ServerProcess server, string device, string secret)
    {
        using GemelClient anonymous = new(server.Http, key: null);
        string credential = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{device}:{secret}"));
        string twin = device is "gateway" ? "pump-1" : device is "later" ? "late" : device;
        return (await anonymous.PostAsync($"api/v1/devices/{device}/data", $$"""[{"$twin":"{{twin}}","count":1}]""", ("Authorization", $"Basic {credential}"))).Status;
    }
}
