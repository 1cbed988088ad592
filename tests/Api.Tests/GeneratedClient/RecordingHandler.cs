namespace Platform.Api.Tests.GeneratedClient;

/// <summary>Answers every request alike and keeps what was asked.</summary>
internal sealed class RecordingHandler(Func<HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<(string Method, string Path)> Asked { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add((request.Method.Method, request.RequestUri!.PathAndQuery));
        return Task.FromResult(answer());
    }
}
