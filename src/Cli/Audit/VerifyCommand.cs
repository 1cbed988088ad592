using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary>
/// <c>platform audit verify</c>: recomputes a hash chain here, from the records as they were hashed. The server is asked for records only, or for nothing when a bundle is named; it is not
/// believed. Exit code 0 when every record fits, 1 when one does not, another when they could not be read.
/// </summary>
internal static class VerifyCommand
{
    public static Command Create(CommandShell shell)
    {
        var trail = Options.Name("trail", "An exported bundle (a file that ends in .zip), which is judged without a server; or the slug of a tenant, or _sys for the platform's own trail.");
        var trusted = Options.Text("--trusted-key", "Thumbprint of an audit key that the bundle's ring must have. Without it the ring in the bundle is believed.");
        var witness = Options.Text("--witness", "A witness file of the platform, or statements kept elsewhere, a line each: what they saw must be in the bundle.");
        return shell.Command("verify", "Recompute an audit chain and name the first record that does not fit. Exit code 1 when one does not; another, 2 to 8, when they could not be read.", [trail, trusted, witness], async run =>
        {
            var name = run.Get(trail);
            var judged = name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? await BundleAsync(run, name, run.Get(trusted), run.Get(witness)) : await ChainCheck.RunAsync(run, name);
            return judged.Try(out var verdict, out var refused) ? await TrailReport.WriteAsync(run, name, verdict, run.Get(trusted)) : await RefuseAsync(run, refused);
        });
    }

    /// <summary>What could not be read is not what does not fit.</summary>
    public static Task<int> RefuseAsync(Run run, Refusal refused) => run.Printer.RefuseAsync(refused.Exit == ExitCode.Refused ? refused with { Exit = ExitCode.Usage } : refused);

    private static async Task<Outcome<BundleVerdict>> BundleAsync(Run run, string bundle, string? trusted, string? witness)
    {
        try
        {
            var lines = witness is null ? AsyncEnumerable.Empty<string>() : File.ReadLinesAsync(witness, run.Cancel);
            return await BundleCheck.RunAsync(bundle, trusted, lines, run.Cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Refusal.Usage("The audit chain could not be read: a file is not there, or cannot be read.");
        }
    }
}
