using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>One command being run: what its line says, and the way to the server.</summary>
internal sealed class Run(CommandShell shell, ParseResult parsed, CancellationToken cancel) : IDisposable
{
    private const int Page = 200;
    private RestClient? _client;
    private Signed? _signed;

    public CancellationToken Cancel => cancel;

    public Terminal Terminal => shell.Terminal;

    public Access Access { get; } = new(shell.Terminal);

    public Printer Printer { get; } = new(shell.Terminal, parsed.GetValue(shell.Output));

    public OutputFormat Format => parsed.GetValue(shell.Output);

    public AccessWanted Wanted => new(Get(shell.Profile), Get(shell.Url), Get(shell.KeyFile), Get(shell.CaFile));

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Of an argument that may be left out.</summary>
    public string? Maybe(Argument<string?> argument) => parsed.GetValue(argument);

    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The way in, found once.</summary>
    public async Task<Outcome<Signed>> SignedAsync()
    {
        if (_signed is null)
        {
            if (!(await Access.FindAsync(Wanted, cancel)).Try(out _signed, out var refused))
            {
                return refused;
            }

            Printer.Hide(_signed.Connection.Credential);
        }

        return _signed;
    }

    /// <summary>The slug of the tenant that the command is about; null for the platform.</summary>
    public async Task<Outcome<string?>> OwnerAsync()
    {
        if (!(await SignedAsync()).Try(out var signed, out var refused))
        {
            return refused;
        }

        if (Get(shell.OfPlatform))
        {
            return Get(shell.Tenant) is null ? default(string) : Refusal.Usage("Name --tenant or --platform, not both.");
        }

        return (Get(shell.Tenant) ?? signed.Tenant) is { } tenant ? tenant : Refusal.Usage("Which tenant? Name it with --tenant.");
    }

    /// <summary>The path of a route for whom the command is about.</summary>
    public async Task<Outcome<string>> ResolveAsync(Route route)
    {
        if (!route.IsOwned)
        {
            return route.Resolve(null);
        }

        return (await OwnerAsync()).Try(out var owner, out var refused) ? route.Resolve(owner) : refused;
    }

    public Task<Reply> GetAsync(Route route) => SendAsync(HttpMethod.Get, route);

    public Task<Reply> PostAsync(Route route, JsonNode? body = null, bool isOnce = false) => SendAsync(HttpMethod.Post, route, request => request with { Body = body, IsOnce = isOnce });

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, Route route, Func<RestRequest, RestRequest>? more = null)
    {
        if (!(await ResolveAsync(route)).Try(out var path, out var refused) || !(await ClientAsync()).Try(out var client, out refused))
        {
            return refused;
        }

        var request = new RestRequest(method, path);
        return await client.SendAsync(more is null ? request : more(request), cancel);
    }

    /// <summary>Sends a request, and leaves its answer to be read as it comes.</summary>
    public async Task<Outcome<HttpResponseMessage>> OpenAsync(HttpMethod method, Route route, Func<RestRequest, RestRequest>? more = null)
    {
        if (!(await ResolveAsync(route)).Try(out var path, out var refused) || !(await ClientAsync()).Try(out var client, out refused))
        {
            return refused;
        }

        var request = new RestRequest(method, path);
        return await client.OpenAsync(more is null ? request : more(request), cancel);
    }

    /// <summary>Reads the version that is there and changes that one: what somebody else did meanwhile is not overwritten.</summary>
    public Task<Reply> ReplaceAsync(Route route, JsonNode body) => EditAsync(route, _ => body);

    /// <summary>Reads what is there and changes that version of it.</summary>
    public async Task<Reply> EditAsync(Route route, Func<JsonObject, JsonNode> change)
    {
        var before = await GetAsync(route);
        return before.Refusal is not null ? before : await SendAsync(HttpMethod.Put, route, request => request with { Body = change(before.Body as JsonObject ?? []), IfMatch = before.Version });
    }

    /// <summary>Changes what a merge patch names of the version that is there.</summary>
    public async Task<Reply> PatchAsync(Route route, JsonNode patch)
    {
        var before = await GetAsync(route);
        return before.Refusal is not null ? before : await SendAsync(HttpMethod.Patch, route, request => request with { Body = patch, IfMatch = before.Version });
    }

    /// <summary>Makes it where there is none.</summary>
    public Task<Reply> MakeAsync(Route route, JsonNode body) => SendAsync(HttpMethod.Put, route, request => request with { Body = body, IfNew = true });

    /// <summary>Makes it, or replaces the version that is there.</summary>
    public async Task<Reply> WriteAsync(Route route, JsonNode body)
    {
        var before = await GetAsync(route);
        return before.Refusal is { Exit: not ExitCode.NotFound }
            ? before
            : await SendAsync(HttpMethod.Put, route, request => request with { Body = body, IfNew = before.Refusal is not null, IfMatch = before.Version });
    }

    /// <summary>Deletes the version that is there.</summary>
    public async Task<Reply> DeleteAsync(Route route)
    {
        var before = await GetAsync(route);
        return before.Refusal is not null ? before : await SendAsync(HttpMethod.Delete, route, request => request with { IfMatch = before.Version });
    }

    /// <summary>All items of a list, page by page, until the limit.</summary>
    public async Task<Outcome<JsonArray>> ItemsAsync(Route route, int limit)
    {
        var items = new JsonArray();
        string? token = null;
        do
        {
            var reply = await GetAsync(route.With(("pageSize", Math.Clamp(limit - items.Count, 1, Page).ToString(System.Globalization.CultureInfo.InvariantCulture)), ("pageToken", token)));
            if (reply.Refusal is { } refused)
            {
                return refused;
            }

            foreach (var item in (reply.Body?["items"] as JsonArray ?? []).Take(limit - items.Count))
            {
                items.Add(item?.DeepClone());
            }

            token = reply.Body?["nextPageToken"]?.GetValue<string>();
        }
        while (token is not null && items.Count < limit);
        if (token is not null)
        {
            await Printer.NoteAsync($"There are more; these are {items.Count}. Raise --limit for the rest.");
        }

        return items;
    }

    /// <summary>Prints a list; the exit code.</summary>
    public async Task<int> ListAsync(Route route, string columns)
    {
        if (!(await ItemsAsync(route, Math.Max(1, Get(shell.Limit) is var limit && limit > 0 ? limit : 1_000))).Try(out var items, out var refused))
        {
            return await Printer.RefuseAsync(refused);
        }

        await Printer.ListAsync(items, columns);
        return ExitCode.Done;
    }

    /// <summary>Prints the items of an answer, or why there is none; the exit code.</summary>
    public async Task<int> ListAsync(Reply reply, string columns)
    {
        if (reply.Refusal is { } refused)
        {
            return await Printer.RefuseAsync(refused);
        }

        await Printer.ListAsync(reply.Body?["items"] as JsonArray ?? [], columns);
        return ExitCode.Done;
    }

    public async Task<int> ListAsync(Task<Reply> reply, string columns) => await ListAsync(await reply, columns);

    /// <summary>Prints an answer, or why there is none; the exit code.</summary>
    public async Task<int> ShowAsync(Reply reply, string? whenEmpty = null)
    {
        if (reply.Refusal is { } refused)
        {
            return await Printer.RefuseAsync(refused);
        }

        if (reply.Body is not null)
        {
            await Printer.ShowAsync(reply.Body);
        }
        else if (whenEmpty is not null)
        {
            await Printer.NoteAsync(whenEmpty);
        }

        return ExitCode.Done;
    }

    public async Task<int> ShowAsync(Task<Reply> reply, string? whenEmpty = null) => await ShowAsync(await reply, whenEmpty);

    public void Dispose() => _client?.Dispose();

    private async Task<Outcome<RestClient>> ClientAsync()
    {
        if (_client is null)
        {
            if (!(await SignedAsync()).Try(out var signed, out var refused))
            {
                return refused;
            }

            _client = new RestClient(signed.Connection, Terminal.Clock);
        }

        return _client;
    }
}
