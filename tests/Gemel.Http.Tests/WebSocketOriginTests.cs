using System.Net.WebSockets;

namespace Gemel.Http.Tests;

public sealed class WebSocketOriginTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("own", true)]
    [InlineData("https://workbench.example", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("http://127.0.0.1", false)]
    public async Task A_page_opens_a_stream_only_from_where_it_may(string? origin, bool opens)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync(options => options.AllowedOrigins = ["https://workbench.example"]);
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {InMemoryInstance.AdminKey}");
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin == "own" ? door.Address.GetLeftPart(UriPartial.Authority) : origin);
        }
        Task connecting = socket.ConnectAsync(new Uri($"ws://{door.Address.Authority}/api/v1/streams/changes"), HttpDoor.Cancelled);
        if (opens)
        {
            await connecting;
            return;
        }
        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => connecting);
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }
}
