using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Rest;

/// <summary>Reads refusals of the server (RFC 9457). Whatever else answers, a proxy say, is told by its status alone.</summary>
internal static class ProblemReader
{
    private const int MaxErrors = 50;

    public static Refusal Read(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var status = (int)response.StatusCode;
        var exit = ExitCode.OfStatus(status);
        if (status is >= 300 and < 400)
        {
            return Refusal.Unavailable("The server leads elsewhere. Name the URL of the management API itself.");
        }

        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json" || !JsonText.Read(body).Try(out var node, out _) || node is not JsonObject problem)
        {
            return new Refusal(exit, status == (int)HttpStatusCode.NotFound
                ? "There is no such thing here. Is this the URL of the management API?"
                : string.Create(CultureInfo.InvariantCulture, $"The server answered {status} without a reason."));
        }

        var title = Text(problem, "title") ?? "Refused";
        var detail = Text(problem, "detail");
        var wait = response.Headers.RetryAfter?.Delta is { } delay ? string.Create(CultureInfo.InvariantCulture, $" Try again in {delay.TotalSeconds:0} s.") : "";
        return new Refusal(exit, (detail is null || detail == title ? title : $"{title}: {detail}") + wait)
        {
            Code = Text(problem, "code"),
            RequestId = Text(problem, "requestId"),
            Errors = [.. Errors(problem["errors"]).Take(MaxErrors)],
        };
    }

    private static IEnumerable<(string, string)> Errors(JsonNode? errors) =>
        (errors as JsonObject ?? []).SelectMany(error => (error.Value as JsonArray ?? []).Select(message => (error.Key, message is JsonValue value && value.TryGetValue(out string? text) ? text : "is wrong")));

    private static string? Text(JsonObject problem, string name) => problem[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
