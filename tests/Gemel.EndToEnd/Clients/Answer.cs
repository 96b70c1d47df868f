using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gemel.EndToEnd.Clients;

/// <summary>What the server answered, read whole.</summary>
internal sealed record Answer(HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? ETag => Headers.ETag?.ToString();

    /// <summary>Asserts the status.</summary>
    /// <returns>This.</returns>
    public Answer Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {(int)status}, found {(int)Status}: {Text}");
        return this;
    }

    /// <summary>Asserts the contract's shape of an error: code, message, details, header.</summary>
    /// <param name="code">Azure's, where it has one.</param>
    /// <param name="inner">The catalogue's; null where the code is the catalogue's own.</param>
    public Answer ExpectError(HttpStatusCode status, string code, string? inner = null)
    {
        Expect(status);
        JsonElement error = Json.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(code, Headers.GetValues("x-ms-error-code").Single());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(JsonValueKind.Array, error.GetProperty("details").ValueKind);
        if (inner is not null)
        {
            Assert.Equal(inner, error.GetProperty("innererror").GetProperty("code").GetString());
        }
        return this;
    }

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            return new Answer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Headers, response.Content.Headers);
        }
    }
}
