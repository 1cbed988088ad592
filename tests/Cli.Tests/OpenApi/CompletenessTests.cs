using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.OpenApi;

/// <summary>
/// Every operation of the management API has a command. Each is run against a server that answers what the description allows, with as much malice as it allows, and what the tool asks is
/// held to the description too.
/// </summary>
public sealed class CompletenessTests : IAsyncLifetime
{
    private static readonly DescribedApi Api = DescribedApi.Read();
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        _server.Otherwise = AnswerAsync;
        _server.On("GET /v1/bootstrap", """{"passwordSet":false}""").Refuses("GET /v1/tenants/acme/roles/fresh", 404, "not-found").Refuses("GET /v1/platform/roles/fresh", 404, "not-found");
        await _user.FeedAsync("a password\n", "login", "--url", _server.Url, "-t", "acme", "-u", "anna");
        foreach (var (name, text) in CommandLines.Files)
        {
            _user.FileOf(name, text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public void Every_operation_has_a_command_or_a_reason_to_have_none()
    {
        var described = Api.Operations.Select(operation => operation.Id).ToHashSet(StringComparer.Ordinal);
        var reached = CommandLines.All.Select(line => line.Operation).ToList();

        Assert.Empty(described.Except(reached, StringComparer.Ordinal).Except(CommandLines.Without.Keys, StringComparer.Ordinal));
        Assert.Subset(described, reached.Concat(CommandLines.Without.Keys).ToHashSet(StringComparer.Ordinal));
        Assert.Empty(reached.Intersect(CommandLines.Without.Keys, StringComparer.Ordinal));
    }

    [Fact, Trait("Control", "CF-3"), Trait("Control", "IN-5")]
    public async Task Every_command_asks_what_is_described_prints_no_secret_and_lets_nobody_command_the_terminal()
    {
        var faults = new List<string>();
        foreach (var line in CommandLines.All)
        {
            _server.Seen.Clear();
            var ran = await _user.FeedAsync(line.Input, [.. line.Text.Split(' ').Select(Filled)]);
            faults.AddRange(Faults(line, ran).Select(fault => $"{line.Text}: {fault}"));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private IEnumerable<string> Faults(CommandLine line, Ran ran)
    {
        if (ran.Exit != line.Exit)
        {
            yield return $"exit code {ran.Exit}, not {line.Exit}: {ran.Error}";
        }

        if ((ran.Output + ran.Error).Contains("never-told", StringComparison.Ordinal))
        {
            yield return "a secret is told";
        }

        if ((ran.Output + ran.Error).Any(letter => letter is '\u001b' or '\u0007' or '\u202e'))
        {
            yield return "a stranger commands the terminal";
        }

        if (ran.Output.Split('\n') is [var head, var row, ..] && head.Length > 0 && !head.Any(char.IsAsciiLetterLower) && row.Split("  ").Contains("-", StringComparer.Ordinal) && !IsFree(line.Operation))
        {
            yield return $"a column is empty although the server says everything: {head} / {row}";
        }

        var asked = _server.Seen.Select(request => (Request: request, Operation: Api.Find(request.Method, request.Target))).ToList();
        foreach (var (request, operation) in asked)
        {
            foreach (var fault in operation is null ? ["there is no such operation"] : Api.Faults(operation, request))
            {
                yield return $"{request.Method} {request.Target} {fault}";
            }
        }

        if (!asked.Any(one => one.Operation?.Id == line.Operation))
        {
            yield return $"does not reach {line.Operation}, but {string.Join(", ", asked.Select(one => one.Operation?.Id))}";
        }
    }

    /// <summary>Records and statements of audit have members that are described elsewhere.</summary>
    private static bool IsFree(string operation) => operation is "audit/list" or "audit/stream" or "audit/look-up" or "audit/segments" or "audit-checkpoints/list" or "audit-keys/list";

    private string Filled(string word) => word switch
    {
        "~url" => _server.Url,
        "~new" => Path.Combine(_user.Home, Guid.NewGuid().ToString("N")),
        _ => word.StartsWith('~') ? Path.Combine(_user.Home, word[1..]) : word,
    };

    /// <summary>The first good answer that is described, in full.</summary>
    private static async Task AnswerAsync(HttpContext http)
    {
        var operation = Api.Find(http.Request.Method, http.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (operation is null)
        {
            http.Response.StatusCode = 404;
            return;
        }

        var (status, answer) = operation.Node["responses"]!.AsObject().First(response => response.Key[0] == '2');
        http.Response.StatusCode = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture);
        http.Response.Headers.ETag = "\"1\"";
        if (Api.Follow(answer!)["content"]?.AsObject().First() is not { } content || http.Request.Method == "HEAD")
        {
            return;
        }

        http.Response.ContentType = content.Key == "*/*" ? "text/plain" : content.Key;
        await http.Response.WriteAsync(content.Key switch
        {
            "text/event-stream" => "id: 1\nevent: audit\ndata: {\"sequence\":1}\n\n",
            "application/json" => Api.Schemas.Sample(content.Value!["schema"]!)!.ToJsonString(),
            _ => "bytes",
        });
    }
}
