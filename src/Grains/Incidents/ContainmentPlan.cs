using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Incidents;

/// <summary>
/// What is to be done to contain an incident and what was. A step is on record before it is tried, so a request that was cut short is continued; each step can be done again. Two are not when they
/// were done already, because that would end what was issued since: revoking all credentials and rotating signing keys.
/// </summary>
internal static class ContainmentPlan
{
    /// <summary>The steps that are now to be done, and the state that says so.</summary>
    /// <param name="state">As it is.</param>
    /// <param name="command">What was chosen.</param>
    /// <param name="tenant">Whose the slug of the command is; null when it has none.</param>
    /// <param name="by">Who asks for it.</param>
    /// <param name="now">The time.</param>
    public static Result<(IncidentState State, ContainmentStep[] Steps)> Take(IncidentState state, ContainIncident command, TenantId? tenant, string by, DateTimeOffset now)
    {
        if (state.Status == IncidentStatus.Closed)
        {
            return IncidentLifecycle.Closed();
        }

        ContainmentStep[] wanted =
        [
            .. command.Steps().Select(step => new ContainmentStep { Step = step.Kind, Target = step.Target, Tenant = command.Tenant, TenantId = tenant, Outcome = ContainmentOutcome.Pending }),
        ];
        if (wanted.Length == 0)
        {
            ContainmentStep[] left = [.. state.Containment.Where(step => step.Outcome != ContainmentOutcome.Done)];
            return left.Length > 0 ? (state, left) : Problem.Invalid([new FieldError("", "Choose at least one step: nothing of this incident is left to be done.")]);
        }

        wanted = Array.ConvertAll(wanted, step => Array.Find(state.Containment, step.IsSame) is { } known ? Again(known, command.Again) with { TenantId = tenant } : step);
        ContainmentStep[] steps = [.. wanted.Where(step => step.Outcome != ContainmentOutcome.Done)];
        ContainmentStep[] all = [.. state.Containment.Where(known => !Array.Exists(wanted, known.IsSame)), .. wanted];
        if (all.Length > IncidentRules.MaxSteps)
        {
            return Problem.QuotaExceeded($"An incident has at most {IncidentRules.MaxSteps} steps of containment; suspend the tenant instead.");
        }

        var next = state with { Containment = all, Version = state.Version + 1 };
        return (IncidentTimeline.Add(next, TimelineKind.Action, by, $"Containment begun: {steps.Length} of {wanted.Length} steps are to be done.", now), steps);
    }

    /// <summary>
    /// Takes down what became of steps. What names nobody is told, and not kept as something left to be done. A revocation that has only begun is kept and not told; whatever becomes of it, it goes on
    /// as the one it was.
    /// </summary>
    public static IncidentState Report(IncidentState state, ContainmentStep[] tried, string by, DateTimeOffset now)
    {
        var notFound = ProblemCatalogue.Row(ProblemCode.NotFound).Slug;
        var next = state with
        {
            Containment =
            [
                .. state.Containment
                    .Select(step => Array.Find(tried, step.IsSame) is { } last ? last with { Before = last.Before ?? step.Before } : step)
                    .Where(step => step.Outcome != ContainmentOutcome.Failed || !string.Equals(step.Problem, notFound, StringComparison.Ordinal)),
            ],
            Version = state.Version + 1,
        };
        return tried.Where(step => step.Outcome != ContainmentOutcome.Pending || step.At is not null).Aggregate(next, (done, step) => IncidentTimeline.Add(done, EntryOf(step, by, now)));
    }

    private static ContainmentStep Again(ContainmentStep known, bool again) =>
        known.Step is not (ContainmentKind.RevokeCredentials or ContainmentKind.RotateSigningKeys) ? known with { Outcome = ContainmentOutcome.Pending, Problem = null }
        : again ? known with { Outcome = ContainmentOutcome.Pending, Problem = null, Before = null }
        : known;

    private static TimelineEntry EntryOf(ContainmentStep step, string by, DateTimeOffset now) => new()
    {
        Number = 0,
        Kind = TimelineKind.Action,
        At = now,
        HappenedAt = step.At < now ? step.At : null,
        By = by,
        Action = $"incidents/contain:{NameOf(step.Step)}",
        Target = step.Tenant is null ? step.Target : step.Target is null ? step.Tenant : $"{step.Tenant}/{step.Target}",
        Outcome = step.Outcome switch { ContainmentOutcome.Done => "ok", ContainmentOutcome.Failed => step.Problem, _ => "pending" },
    };

    private static string NameOf(ContainmentKind kind) => kind switch
    {
        ContainmentKind.ReadOnly => "readOnly",
        ContainmentKind.BlockPrincipal => "blockPrincipal",
        ContainmentKind.RevokeKey => "revokeKey",
        ContainmentKind.Quarantine => "quarantine",
        ContainmentKind.SuspendTenant => "suspendTenant",
        ContainmentKind.RotateSigningKeys => "rotateSigningKeys",
        _ => "revokeCredentials",
    };
}
