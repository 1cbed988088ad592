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

    private readonly Option<string?> _hmac = Options.Text("--hmac", "Only events with this HMAC, hmac:…, as a record or 'audit look-up' tells it.");

    public Option<string?> From { get; } = Options.Text("--from", "From this moment on, such as 2026-11-29 or 2026-11-29T06:30:00Z.");

    public Option<string?> To { get; } = Options.Text("--to", "Before this moment.");

    public Option<string?> Correlation { get; } = Options.Text("--correlation", "The request of this id, as a refusal names it.");

    /// <summary>Of what is read at once.</summary>
    public Option<string?> Order { get; } = Options.Choice("--order", "By time", "newest", "oldest");

    /// <summary>Those that a live tail takes too.</summary>
    public IEnumerable<Option> Of => [_class, _principal, _action, _outcome, _hmac];

    public Route On(Route route, Run run) =>
        route.With(("class", run.Get(_class)), ("principal", run.Get(_principal)), ("action", run.Get(_action)), ("outcome", run.Get(_outcome)), ("hmac", run.Get(_hmac)));

    /// <summary>Within times and a request besides, which a live tail does not take.</summary>
    public Route Within(Route route, Run run) => On(route, run).With(("from", run.Get(From)), ("to", run.Get(To)), ("correlation", run.Get(Correlation)));

    /// <summary>As <see cref="Within"/>, in the order that is asked for.</summary>
    public Route InOrder(Route route, Run run) =>
        Within(route, run).With(("orderBy", run.Get(Order) switch { null => null, "oldest" => "sequence", _ => "sequence desc" }));
}
