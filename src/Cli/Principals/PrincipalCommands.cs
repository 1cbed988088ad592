using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Principals;

internal static class PrincipalCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("principal", "Users, services, devices and groups of a tenant, or the operators (--platform).",
        List(shell), Add(shell), Show(shell), Rename(shell), SetRoles(shell), ElevationCommands.Give(shell), ElevationCommands.End(shell), Invite(shell), Block(shell),
        Act(shell, "unblock", "Let a blocked principal in again.", HttpMethod.Post, ":unblock", null),
        Act(shell, "end-sessions", "End all sessions of a user.", HttpMethod.Post, ":endSessions", "Their sessions are over."),
        Act(shell, "delete", "Delete a principal; its id is never given out again.", HttpMethod.Delete, "", "Deleted."));

    private static Command List(CommandShell shell)
    {
        var kind = Kind("Only principals of this kind");
        var name = Options.Text("--name", "Only principals with this in their id or name.");
        var role = Options.Text("--role", "Only principals that have this role themselves.");
        var status = Options.Choice("--status", "Only principals that are", "active", "blocked");
        return shell.OfOwner("list", "Principals, by id.", [kind, name, role, status, shell.Limit], run => run.ListAsync(
            Route.Owned($"principals").With(("kind", run.Get(kind)), ("name", run.Get(name)), ("role", run.Get(role)), ("status", run.Get(status))), "id kind displayName roles groups blocked"));
    }

    private static Command Add(CommandShell shell)
    {
        var name = Options.Name("name", "The part of the id after its prefix; for a user, what they sign in with.");
        var kind = Kind("What it is; a user when absent");
        var display = Options.Text("--display-name", "Name for people; the name when absent.");
        var roles = Options.Many("--role", "A role that it has.");
        var groups = Options.Many("--group", "A group that it is in, grp_….");
        return shell.OfOwner("create", "Make a principal.", [name, kind, display, roles, groups], run => run.ShowAsync(run.PostAsync(Route.Owned($"principals"), Body.Of(
            ("kind", run.Get(kind) ?? "user"), ("name", run.Get(name)), ("displayName", run.Get(display) ?? run.Get(name)), ("roles", Body.Array(run.Get(roles))), ("groups", Body.Array(run.Get(groups)))))));
    }

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.OfOwner("show", "A principal, with its roles, groups and elevations.", [id], run => run.ShowAsync(run.GetAsync(Route.Owned($"principals/{run.Get(id)}"))));
    }

    private static Command Rename(CommandShell shell)
    {
        var id = Id();
        var name = Options.Name("display-name", "Name for people, 1 to 100 characters.");
        return shell.OfOwner("rename", "Call a principal something else; its id stays.", [id, name], run =>
            run.ShowAsync(run.PostAsync(Route.Owned($"principals/{run.Get(id)}:rename"), Body.Of(("displayName", run.Get(name))))));
    }

    private static Command SetRoles(CommandShell shell)
    {
        var id = Id();
        var roles = Options.Many("--role", "A role that it has from now on.");
        var groups = Options.Many("--group", "A group that it is in from now on.");
        return shell.OfOwner("set-roles", "Replace roles and groups; what is not named is taken away. Conditional roles stay.", [id, roles, groups], async run =>
        {
            var route = Route.Owned($"principals/{run.Get(id)}");
            var before = await run.GetAsync(route);
            var wanted = Body.Of(("roles", Body.Array(run.Get(roles)) ?? []), ("groups", Body.Array(run.Get(groups)) ?? []), ("conditionalRoles", before.Body?["conditionalRoles"]?.DeepClone()));
            return await run.ShowAsync(before.Refusal is not null
                ? before
                : await run.SendAsync(HttpMethod.Post, Route.Owned($"principals/{run.Get(id)}:setRoles"), request => request with { Body = wanted, IfMatch = before.Version }));
        });
    }

    private static Command Invite(CommandShell shell)
    {
        var id = Id();
        var reset = Options.Switch("--reset-second-factor", "Take the authenticator away when the invitation is used.");
        var end = Options.Switch("--end-access", "End the password and all sessions at once.");
        var email = Options.Text("--email", "Mail the link there, where the platform has a mail server; else the secret is told here.");
        return shell.OfOwner("invite", "Let a user in: a secret that sets a password once, within 72 hours.", [id, email, reset, end, shell.OutputFile], run => SecretSink.RevealAsync(run, run.Get(shell.OutputFile), async () =>
            (await run.OwnerAsync()).Try(out var owner, out var refused)
                ? await run.PostAsync(Route.Of($"tenants/{owner ?? "_sys"}/principals/{run.Get(id)}:issueInvitation"), Body.Of(("resetSecondFactor", Body.True(run.Get(reset))), ("endAccess", Body.True(run.Get(end))), ("email", run.Get(email))))
                : refused, isToldElsewhere: static answer => (string?)answer?["delivery"] == "sent"));
    }

    private static Command Block(CommandShell shell)
    {
        var id = Id();
        var reason = Options.Text("--reason", "For administrators, and for the trail.");
        return shell.OfOwner("block", "End all that a principal may do, within 5 s everywhere.", [id, reason], run =>
            run.ShowAsync(run.PostAsync(Route.Owned($"principals/{run.Get(id)}:block"), Body.Of(("reason", run.Get(reason))))));
    }

    private static Command Act(CommandShell shell, string name, string description, HttpMethod method, string verb, string? done)
    {
        var id = Id();
        var act = new Route.Raw(verb);
        return shell.OfOwner(name, description, [id], async run =>
        {
            // Sessions of operators go by the tenant _sys.
            var route = verb == ":endSessions" && (await run.OwnerAsync()).Try(out var owner, out _) && owner is null
                ? Route.Of($"tenants/_sys/principals/{run.Get(id)}{act}")
                : Route.Owned($"principals/{run.Get(id)}{act}");
            return await run.ShowAsync(run.SendAsync(method, route), done);
        });
    }

    private static Option<string?> Kind(string description) => Options.Choice("--kind", description, "user", "service", "device", "group");

    internal static Argument<string> Id() => Options.Name("id", "Such as usr_anna, svc_…, dev_…, grp_….");
}
