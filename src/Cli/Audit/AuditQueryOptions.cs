using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary>Which events are wanted.</summary>
internal sealed class AuditQueryOptions
{
    private readonly Option<string?> _class = Options.Choice("--class", "Only events of this class", "securityViolation", "authentication", "authorization", "resourceAccess", "toolExecution", "administration");
    private readonly Option<string?> _principal = Options.Text("--principal", "Only what this principal did.");
    private readonly Option<string?> _action = Options.Text("--action", "Only this action, such as tools/call or keys/issue.");
    private readonly Option<string?> _outcome = Options.Text("--outcome", "Only this outcome: ok, or the code of a problem.");

    public Option<string?> From { get; } = Options.Text("--from", "From this moment on, such as 2026-11-29 or 2026-11-29T06:30:00Z.");

    public Option<string?> To { get; } = Options.Text("--to", "Before this moment.");

    public Option<string?> Correlation { get; } = Options.Text("--correlation", "The request of this id, as a refusal names it.");

    /// <summary>Those that a live tail takes too.</summary>
    public IEnumerable<Option> Of => [_class, _principal, _action, _outcome];

    public Route On(Route route, Run run) =>
        route.With(("class", run.Get(_class)), ("principal", run.Get(_principal)), ("action", run.Get(_action)), ("outcome", run.Get(_outcome)));
}
