using System.Net;
using System.Text;

namespace Gemel.Server.Tests.Demo;

/// <summary>An HTTP server that is a function; remembers each request as <c>METHOD path body</c>.</summary>
internal sealed class ScriptedServer(Func<HttpRequestMessage, (int Status, string Body)> answer) : HttpMessageHandler
{
    public List<string> Requests { get; } = [];

    public HttpClient Client() => new(this) { BaseAddress = new Uri("http://server/") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath} {body}".TrimEnd());
        (int status, string text) = answer(request);
        return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
    }
}
