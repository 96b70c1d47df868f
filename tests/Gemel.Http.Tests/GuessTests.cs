using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Gemel.Http.Tests;

/// <summary>What the gate does with guesses; the rule itself is tested with <c>GuessBrake</c>.</summary>
public sealed class GuessTests
{
    [Fact]
    public async Task The_eleventh_wrong_key_is_answered_429_with_the_time_to_wait_and_the_right_one_after_it()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(door, Bearer($"wrong-{i}"))).StatusCode);
        }
        using HttpResponseMessage slowed = await SendAsync(door, Bearer("wrong-10"));
        await HttpDoor.ErrorOf(slowed, 429, "TooManyRequests", "GMW029");
        Assert.Equal("1", slowed.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(door, Bearer(InMemoryInstance.AdminKey))).StatusCode);
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(door, Bearer(InMemoryInstance.AdminKey))).StatusCode);
    }

    [Fact]
    public async Task A_key_that_came_in_from_there_before_does_not_wait_for_the_guesses_of_a_neighbour()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(door, Bearer(InMemoryInstance.AdminKey))).StatusCode);
        await GuessAsync(door, guesses: true);
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/devices/d1");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(door, Bearer(InMemoryInstance.AdminKey))).StatusCode);
    }

    [Fact]
    public async Task Guesses_of_a_device_that_exists_and_of_one_that_does_not_are_answered_alike()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/devices/d1");
        List<string> known = await AnswersAsync(door, "d1");
        Assert.Equal(known, await AnswersAsync(door, "d2"));
        Assert.Equal(13, known.Count);
        Assert.StartsWith("429", known[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_without_a_credential_are_no_guesses()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await GuessAsync(door, guesses: false);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(door, Bearer(InMemoryInstance.AdminKey))).StatusCode);
    }

    private static async Task GuessAsync(HttpDoor door, bool guesses)
    {
        for (int i = 0; i < 20; i++)
        {
            (await SendAsync(door, guesses ? Bearer($"wrong-{i}") : null)).Dispose();
        }
    }

    private static async Task<List<string>> AnswersAsync(HttpDoor door, string device)
    {
        List<string> answers = [];
        for (int i = 0; i < 13; i++)
        {
            using HttpResponseMessage answer = await SendAsync(door, new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{device}:wrong-{i}"))));
            string headers = string.Join('\n', answer.Headers.Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(',', h.Value)}"));
            answers.Add($"{(int)answer.StatusCode}\n{headers}\n{await answer.Content.ReadAsStringAsync(HttpDoor.Cancelled)}");
        }
        return answers;
    }

    private static AuthenticationHeaderValue Bearer(string key) => new("Bearer", key);

    private static async Task<HttpResponseMessage> SendAsync(HttpDoor door, AuthenticationHeaderValue? credential)
    {
        using HttpClient client = door.NewClient();
        using HttpRequestMessage request = new(HttpMethod.Get, "/models") { Headers = { Authorization = credential } };
        return await client.SendAsync(request, HttpDoor.Cancelled);
    }
}
