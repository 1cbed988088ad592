using System.Diagnostics.CodeAnalysis;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Incidents;

/// <summary>The steps that somebody chose, as forms carry them from the choice to its confirmation.</summary>
internal sealed record ContainChoice
{
    public const string ReadOnly = "readOnly", Suspend = "suspendTenant", Credentials = "revokeCredentials", SigningKeys = "rotateSigningKeys";

    public string? Tenant { get; init; }

    public string? Reason { get; init; }

    /// <summary>Of the four switches.</summary>
    public string[] Steps { get; init; } = [];

    public string[] Principals { get; init; } = [];

    public string[] Keys { get; init; } = [];

    /// <summary>Such as <c>tool/echo</c>.</summary>
    public string[] Quarantine { get; init; } = [];

    public bool Again { get; init; }

    public bool IsEmpty => Steps.Length + Principals.Length + Keys.Length + Quarantine.Length == 0;

    public static ContainChoice Of(PostedForm form) => new()
    {
        Tenant = form.Text("tenant"),
        Reason = form.Text("reason"),
        Steps = form.All("steps"),
        Principals = [.. form.All("principals").Concat(Words(form.Text("morePrincipals"))).Distinct(StringComparer.Ordinal)],
        Keys = [.. form.All("keys").Concat(Words(form.Text("moreKeys"))).Distinct(StringComparer.Ordinal)],
        Quarantine = [.. form.All("entries").Concat(Words(form.Text("quarantine"))).Distinct(StringComparer.Ordinal)],
        Again = form.Text("again") is not null,
    };

    public bool Has(string step) => Steps.Contains(step, StringComparer.Ordinal);

    /// <summary>As REST takes it, unless nothing is chosen, or an entry names neither a tool nor a prompt.</summary>
    public bool TryRead(out ContainIncident command, [NotNullWhen(false)] out ProblemView? problem)
    {
        var faults = new FormFaults();
        if (IsEmpty)
        {
            faults.Add("steps", "Choose at least one step.");
        }

        var entries = Quarantine.Where(entry => entry.StartsWith("tool/", StringComparison.Ordinal) || entry.StartsWith("prompt/", StringComparison.Ordinal)).Select(QuarantineTarget.Parse).ToArray();
        if (entries.Length < Quarantine.Length)
        {
            faults.Add("quarantine", "Write tool/ or prompt/ and the name, such as tool/echo.");
        }

        command = new ContainIncident
        {
            Reason = Reason,
            Tenant = Tenant,
            ReadOnly = Has(ReadOnly),
            SuspendTenant = Has(Suspend),
            RevokeCredentials = Has(Credentials),
            RotateSigningKeys = Has(SigningKeys),
            BlockPrincipals = Principals.Length == 0 ? null : Principals,
            RevokeKeys = Keys.Length == 0 ? null : Keys,
            Quarantine = entries.Length == 0 ? null : entries,
            Again = Again,
        };
        problem = faults.Any ? faults.With(new ContainIncidentValidator(), command) : null;
        return problem is null;
    }

    /// <summary>Fields and values for the form that confirms it.</summary>
    public IEnumerable<(string Name, string Value)> Hidden()
    {
        IEnumerable<(string, string?)> single = [("tenant", Tenant), ("reason", Reason), ("again", Again ? "true" : null)];
        return single.Where(pair => pair.Item2 is not null).Select(pair => (pair.Item1, pair.Item2!))
            .Concat(Steps.Select(step => ("steps", step)))
            .Concat(Principals.Select(id => ("principals", id)))
            .Concat(Keys.Select(id => ("keys", id)))
            .Concat(Quarantine.Select(entry => ("entries", entry)));
    }

    private static string[] Words(string? text) => text?.Split([' ', ',', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
