using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary>What the server says about its trails, signed where that is of use: to be kept elsewhere, and compared by <c>audit verify</c>.</summary>
internal static class EvidenceCommands
{
    public static Command[] All(CommandShell shell) =>
    [
        Check(shell),
        shell.OfTenant("checkpoint", "The signed end of a trail, to be kept elsewhere.", [], run => run.ShowAsync(run.GetAsync(Route.Owned($"audit-checkpoint")))),
        shell.OfTenant("segments", "Signed headers of the sealed segments of a trail, oldest first.", [shell.Limit], run =>
            run.ListAsync(Route.Owned($"audit-segments"), "header.number header.first header.last header.opened header.closed header.sealed header.root")),
        shell.OfTenant("inclusion", "The proof that the end of a trail is in the last checkpoint of the platform.", [], run => run.ShowAsync(run.GetAsync(Route.Owned($"audit-inclusion")))),
        shell.Command("checkpoints", "Signed checkpoints of the platform over the ends of all trails, oldest first.", [shell.Limit], run =>
            run.ListAsync(Route.Of($"audit-checkpoints"), "checkpoint.number checkpoint.at checkpoint.trails checkpoint.root")),
        shell.Command("take-checkpoint", "Take a checkpoint of the platform now, ahead of the next; for operators.", [], run => run.ShowAsync(run.PostAsync(Route.Of($"audit-checkpoints:take")))),
        shell.Command("keys", "The keys that trails are signed with, each signed by the one before.", [], run => run.ListAsync(run.GetAsync(Route.Of($"audit-keys")), "key.number key.kid key.from key.previous")),
        shell.Command("rotate-keys", "Sign trails with a new key from now on; for operators.", [], run => run.ShowAsync(run.PostAsync(Route.Of($"audit-keys:rotate")))),
        shell.Command("findings", "What the platform's watch holds against trails; for operators.", [shell.Limit], run => run.ListAsync(Route.Of($"audit-findings"), "tenant shard sequence fault by at")),
        Accept(shell),
    ];

    private static Command Check(CommandShell shell) =>
        shell.OfTenant("check", "Have the server verify hashes, signatures and order of a trail. 'verify' believes no server. Exit code 1 when something does not fit.", [], async run =>
        {
            var reply = await run.PostAsync(Route.Owned($"audit-events:verify"));
            var exit = await run.ShowAsync(reply);
            return exit == ExitCode.Done && Cell.Of(reply.Body, "fault") != Cell.Nothing ? ExitCode.Refused : exit;
        });

    private static Command Accept(CommandShell shell)
    {
        var reason = Options.Needed("--reason", "What somebody saw who looked, in at most 500 characters.");
        return shell.OfTenant("accept-finding", "Take a trail as it is, after somebody looked; for operators. The tenant stays read-only: 'tenant make-writable' ends that.", [reason], run =>
            run.ShowAsync(run.PostAsync(Route.Owned($"audit-finding:accept"), Body.Of(("reason", run.Get(reason))))));
    }
}
