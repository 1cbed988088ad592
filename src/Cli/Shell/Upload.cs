using System.Net.Http.Headers;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>Sends a file, or standard input, as it is read: it is never in memory as a whole. Sent once; what broke off is not there.</summary>
internal static class Upload
{
    /// <param name="run">Whose command it is.</param>
    /// <param name="file">Path, or <c>-</c>.</param>
    /// <param name="type">Media type, where the server is to be told one.</param>
    /// <param name="route">Where it goes.</param>
    /// <param name="more">Conditions.</param>
    public static async Task<Reply> FromAsync(Run run, string file, string? type, Route route, Func<RestRequest, RestRequest> more)
    {
        if (type is not null && !MediaTypeHeaderValue.TryParse(type, out _))
        {
            return Refusal.Usage("Write a media type such as text/markdown.");
        }

        if (!GivenFile.Open(file, run.Terminal.OpenInput).Try(out var from, out var refused))
        {
            return refused;
        }

        using var progress = new ProgressLine(run.Terminal);
        await using var counted = new CountedStream(from, done => progress.Bytes("Sent", done, from.CanSeek ? from.Length : null));
        return await run.SendAsync(HttpMethod.Put, route, request => more(request with { Bytes = (counted, type) }));
    }
}
