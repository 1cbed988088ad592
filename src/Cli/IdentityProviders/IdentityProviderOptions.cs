using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Shell;

namespace Platform.Cli.IdentityProviders;

/// <summary>What is believed of a provider, as options or as a file. Its client secret is in neither.</summary>
internal sealed class IdentityProviderOptions
{
    private readonly Option<string?> _file = Options.Text("--file", "All of it as YAML or JSON, as 'show -o yaml' has it, in place of the options; - for standard input. No client secret is in it.", "-f");
    private readonly Option<string?> _issuer = Options.Text("--issuer", "Its https URL, exactly. It stays: for another one, add another provider.");
    private readonly Option<string?> _audience = Options.Text("--audience", "What access tokens must be for: as a rule the URL of the tenant's endpoint.");
    private readonly Option<string[]> _algorithms = Options.Many("--algorithm", "How tokens may be signed: RS256, PS256, ES256; the server's default when absent.");
    private readonly Option<string?> _type = Options.Choice("--token-type", "The type that access tokens must say; at+jwt when absent", "at+jwt", "JWT");
    private readonly Option<string[]> _rules = Options.Many("--rule", "CLAIM=VALUE:ROLE,ROLE: whoever has this value in this claim has these roles, such as groups=mcp-users:user. Those that are named are all.");
    private readonly Option<string?> _client = Options.Text("--client-id", "Let people sign in to the console by it, as this client of the provider's.");
    private readonly Option<string?> _name = Options.Text("--sign-in-name", "With --client-id: what people see on the sign-in page.");
    private readonly Option<bool> _ask = Options.Switch("--client-secret", "Ask for the client's secret, or read it from standard input.");
    private readonly Option<string?> _secret = Options.Text("--client-secret-file", "File of mode 0600 with the client's secret.");
    private readonly Option<bool> _public = Options.Switch("--public", "The client has no secret; one that the platform kept is forgotten.");
    private readonly Option<bool> _none = Options.Switch("--no-sign-in", "Nobody signs in to the console by it any more.");

    public IEnumerable<Option> ForAll => [_file, _issuer, _audience, _algorithms, _type, _rules, _client, _name, _ask, _secret, _public];

    public IEnumerable<Option> ForChange => [.. ForAll, _none];

    /// <summary>Reads what is read from files and people, before anything is asked of the server.</summary>
    public async Task<Outcome<Func<JsonObject, JsonObject>>> ReadAsync(Run run)
    {
        JsonObject? document = null;
        if (run.Get(_file) is { } file)
        {
            if (!(await YamlReader.FileAsync(file, run.Terminal.OpenInput, run.Cancel)).Try(out var read, out var refused) || !Judge(read, file).Try(out document, out refused))
            {
                return refused;
            }
        }

        if (!Rules(run.Get(_rules) ?? []).Try(out var rules, out var wrong))
        {
            return wrong;
        }

        string? secret = null;
        if ((run.Get(_ask) || run.Get(_secret) is not null) && !(await GivenSecret.ReadAsync(run, "Secret of the client", run.Get(_secret))).Try(out secret, out wrong))
        {
            return wrong;
        }

        return (Func<JsonObject, JsonObject>)(before => On(run, document ?? before, rules, secret));
    }

    private JsonObject On(Run run, JsonObject before, JsonArray? rules, string? secret)
    {
        var said = Body.Of(
            ("issuer", run.Get(_issuer)), ("audience", run.Get(_audience)), ("algorithms", Body.Array(run.Get(_algorithms))), ("tokenType", run.Get(_type)), ("rules", rules));
        string[] members = ["issuer", "audience", "algorithms", "tokenType", "rules"];
        foreach (var name in members.Where(name => before[name] is not null && !said.ContainsKey(name)))
        {
            said[name] = before[name]!.DeepClone();
        }

        if (!run.Get(_none) && SignIn(run, before["signIn"] as JsonObject ?? [], secret) is { Count: > 0 } signIn)
        {
            said["signIn"] = signIn;
        }

        return said;
    }

    private JsonObject SignIn(Run run, JsonObject before, string? secret) => Body.Of(
        ("clientId", run.Get(_client) ?? before["clientId"]?.DeepClone()), ("clientSecret", secret), ("name", run.Get(_name) ?? before["name"]?.DeepClone()),
        ("public", Body.True(run.Get(_public)) ?? before["public"]?.DeepClone()));

    /// <summary>A file that a provider is kept in is no place for its secret.</summary>
    private static Outcome<JsonObject> Judge(JsonNode read, string file)
    {
        if (read is not JsonObject document)
        {
            return Refusal.Usage($"{file} has no names at its top, such as 'issuer:'.");
        }

        return document["signIn"] is JsonObject signIn && signIn.ContainsKey("clientSecret")
            ? Refusal.Usage($"{file} has a client secret in it. Take it out, and name a file of mode 0600 with it: --client-secret-file")
            : document;
    }

    private static Outcome<JsonArray?> Rules(string[] texts)
    {
        var rules = new JsonArray();
        foreach (var text in texts)
        {
            var (equals, colon) = (text.IndexOf('=', StringComparison.Ordinal), text.LastIndexOf(':'));
            if (equals < 1 || colon < equals + 2 || colon == text.Length - 1)
            {
                return Refusal.Usage("Write a rule as CLAIM=VALUE:ROLE,ROLE, such as groups=mcp-users:user.");
            }

            rules.Add(Body.Of(("claim", text[..equals]), ("value", text[(equals + 1)..colon]), ("roles", Body.Array(text[(colon + 1)..].Split(',')))));
        }

        return rules.Count > 0 ? rules : default(JsonArray);
    }
}
