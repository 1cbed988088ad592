using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>Makes commands that know where to go, as whom, and how to print.</summary>
internal sealed class CommandShell(Terminal terminal)
{
    public Option<string?> Profile { get; } = Options.Text("--profile", $"Which sign-in to use; else the variable {Access.ProfileVariable}, else 'default'.");

    public Option<string?> Url { get; } = Options.Text("--url", $"Base of the management API, with a key file; else the variable {Access.UrlVariable}, else the profile's.");

    public Option<string?> KeyFile { get; } = Options.Text("--key-file", $"File of mode 0600 with a management key, in place of the profile's credential; - for standard input; else the variable {Access.KeyFileVariable}.");

    public Option<string?> CaFile { get; } = Options.Text("--ca-file", "Certificates (PEM) that are trusted in place of the system's.");

    public Option<OutputFormat> Output { get; } = new Option<OutputFormat>("--output", "-o") { Description = "How results are written.", HelpName = "table|json|yaml" }.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "table", "json", "yaml");

    public Option<string?> Tenant { get; } = Options.Text("--tenant", "Slug of the tenant; else the profile's.", "-t");

    public Option<bool> OfPlatform { get; } = Options.Switch("--platform", "The platform's own, in place of a tenant's.");

    public Option<int> Limit { get; } = Options.Most("--limit", "Most items of the list.", 1_000);

    public Option<string?> OutputFile { get; } = Options.Text("--output-file", "New file of mode 0600 for the secret. Without it a secret is shown once, to a terminal only.");

    public Terminal Terminal => terminal;

    /// <summary>Commands that are about one idea.</summary>
    public static Command Group(string name, string description, params ReadOnlySpan<Command> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Add(command);
        }

        return group;
    }

    /// <summary>A command about nothing of a tenant's, or about one that is named as an argument.</summary>
    public Command Command(string name, string description, IEnumerable<Symbol> symbols, Func<Run, Task<int>> action) => Make(name, description, symbols, action);

    /// <summary>A command about something of a tenant's.</summary>
    public Command OfTenant(string name, string description, IEnumerable<Symbol> symbols, Func<Run, Task<int>> action) => Make(name, description, [.. symbols, Tenant], action);

    /// <summary>A command about something of a tenant's, or of the platform's own.</summary>
    public Command OfOwner(string name, string description, IEnumerable<Symbol> symbols, Func<Run, Task<int>> action) => Make(name, description, [.. symbols, Tenant, OfPlatform], action);

    private Command Make(string name, string description, IEnumerable<Symbol> symbols, Func<Run, Task<int>> action)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols.Concat([Output, Profile, Url, KeyFile, CaFile]))
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else if (symbol is Option option && !command.Options.Contains(option))
            {
                command.Add(option);
            }
        }

        command.SetAction((parsed, cancel) => RunAsync(parsed, action, cancel));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<Run, Task<int>> action, CancellationToken cancel)
    {
        using var run = new Run(this, parsed, cancel);
        try
        {
            return await action(run);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A disk that is full, a pipe that was closed.
            return await run.Printer.RefuseAsync(new Refusal(ExitCode.Refused, $"A file or pipe failed: {failure.Message}"));
        }
    }
}
