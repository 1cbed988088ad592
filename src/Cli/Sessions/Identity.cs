using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

/// <summary>Who the server takes us for.</summary>
internal static class Identity
{
    /// <summary>The session, or the key: as the server shows it where the key may look at itself, else what can be read off it.</summary>
    /// <param name="run">Of the command.</param>
    /// <param name="named">The tenant whose key it is, where the command named one: a key tells nobody whose it is.</param>
    public static async Task<Reply> AskAsync(Run run, string? named)
    {
        if (!(await run.SignedAsync()).Try(out var signed, out var refused))
        {
            return refused;
        }

        var session = await run.GetAsync(Route.Of($"sessions/current"));
        if (session.Refusal is not { } no)
        {
            return session;
        }

        if (!IsOfKey(no))
        {
            return session;
        }

        var id = IdOf(signed.Connection.Credential!);
        var tenant = named ?? signed.Tenant;
        var own = id is null ? null
            : tenant is not null ? await run.GetAsync(Route.Of($"tenants/{tenant}/keys/{id}"))
            : await run.GetAsync(Route.Of($"management-keys/{id}"));
        return own is { Refusal: null, Body: JsonObject key }
            ? own with { Body = Body.Of(("key", id), ("name", key["name"]?.DeepClone()), ("principal", key["principal"]?.DeepClone()), ("roles", key["roles"]?.DeepClone()), ("scopes", key["scopes"]?.DeepClone()), ("expiresAt", key["expiresAt"]?.DeepClone()), ("tenant", tenant)) }
            : session with { Refusal = null, Body = Body.Of(("key", id), ("tenant", tenant)) };
    }

    /// <summary>Whether it is a key of which nothing is known but its id.</summary>
    public static bool IsUntold(JsonNode? who) => who?["key"] is not null && who["principal"] is null;

    /// <summary>What helps to know more.</summary>
    public static string Cure(JsonNode? who) => who?["tenant"] is null
        ? "If it is a tenant's key, name the tenant: --tenant SLUG. If it is the platform's, it lacks management-keys:read."
        : "It is no key of this tenant, or it lacks keys:read.";

    /// <summary>A key is told that it has no session, or that sessions are not its business; whoever is not known is told nothing.</summary>
    public static bool IsOfKey(Refusal refusal) => refusal is { Exit: ExitCode.NotPermitted } or { Exit: ExitCode.NotFound, Code: not null };

    private static string? IdOf(string credential) =>
        credential.Split('_') is ["mcpm", _, { Length: 8 } id, ..] ? id : null;
}
