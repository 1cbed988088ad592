using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Incidents;

/// <summary>What a request to contain an incident came to.</summary>
/// <param name="Complete">False when something failed or is not done to its end: ask again.</param>
/// <param name="Steps">Those that were to be done, as they stand now.</param>
/// <param name="Incident">As it stands now.</param>
internal sealed record Containment(bool Complete, ContainmentStep[] Steps, IncidentView Incident);

/// <summary>
/// Contains an incident: puts the chosen steps on record, then does them, kind by kind, with what the caller may do by each step's own route. A step that fails stops no other; each is in the
/// audit trail as if it had been asked for alone, and in the incident's timeline. Whatever is cut short is still on record as something to be done.
/// </summary>
internal sealed partial class ContainmentRunner(TenantGrains grains, CredentialSweep sweep, AuditTrail audit, IOptions<ApiOptions> options, TimeProvider clock, ILogger<ContainmentRunner> logger)
{
    /// <summary>Steps that are done at the same time.</summary>
    private const int AtOnce = 20;

    public async Task<Result<Containment>> RunAsync(TenantId owner, string incident, ContainIncident command, ManagementExchange exchange, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        if (Misplaced(owner, command) is { } invalid)
        {
            return invalid;
        }

        if (!(await grains.For(owner).Get<IIncidentGrain>(incident).GetAsync()).Try(out var before, out var refused))
        {
            return refused;
        }

        // The permissions are asked for before anything is done: a request that may do half of what it names does nothing.
        var chosen = command.Steps().Select(step => (step.Kind, command.Tenant)).ToArray();
        foreach (var (kind, slug) in chosen.Length > 0 ? chosen : before.Containment.Where(step => step.Outcome != ContainmentOutcome.Done).Select(step => (step.Step, step.Tenant)))
        {
            if (Denied(kind, isOfPlatform: owner == TenantId.Platform && slug is null, exchange) is { } denied)
            {
                return denied;
            }
        }

        if (!(await grains.For(owner).Get<IIncidentGrain>(incident).PlanAsync(command, exchange.Caller)).Try(out var steps, out refused))
        {
            return refused;
        }

        var targets = await TargetsAsync(owner, steps);
        var (view, tried) = (before, new List<ContainmentStep>());
        foreach (var some in steps.OrderBy(step => step.Step).GroupBy(step => step.Step).SelectMany(group => group.Chunk(AtOnce)))
        {
            if (clock.GetElapsedTime(started) > options.Value.RequestTimeout / 2)
            {
                break;
            }

            var done = await Task.WhenAll(some.Select(step => DoAsync(owner, incident, step, targets[step.Tenant ?? ""], command.Reason ?? before.Title, exchange, cancel)));
            if (!(await grains.For(owner).Get<IIncidentGrain>(incident).ReportAsync(done, exchange.Caller)).Try(out view, out refused))
            {
                return refused;
            }

            tried.AddRange(done);
        }

        ContainmentStep[] all = [.. steps.Select(step => tried.Find(step.IsSame) ?? step)];
        return new Containment(all.All(step => step.Outcome == ContainmentOutcome.Done), all, view);
    }

    /// <summary>Whom steps are done to, by the slug that they carry; the incident's own tenant has none. Null for a slug that is nobody's any more.</summary>
    private async Task<Dictionary<string, Target?>> TargetsAsync(TenantId owner, ContainmentStep[] steps)
    {
        var targets = new Dictionary<string, Target?>(StringComparer.Ordinal);
        foreach (var name in steps.Select(step => step.Tenant ?? "").Distinct(StringComparer.Ordinal))
        {
            targets[name] = name.Length > 0 ? await FindAsync(name)
                : owner == TenantId.Platform ? new Target(owner, owner.ToString())
                : (await grains.For(owner).The<ITenantGrain>().GetAsync()).Try(out var own, out _) ? new Target(owner, own.Slug)
                : null;
        }

        return targets;
    }

    private async Task<Target?> FindAsync(string slug) =>
        (await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var id, out _) ? new Target(id, slug) : null;

    private async Task<ContainmentStep> DoAsync(TenantId owner, string incident, ContainmentStep step, Target? found, string reason, ManagementExchange exchange, CancellationToken cancel)
    {
        // Purged since it was planned: nothing is left that could be contained, and there is no trail any more that could tell of it. Of whom no id is known, nobody knows that.
        if (found is not { } target)
        {
            return step.TenantId is null ? NotFound() : step with { Outcome = ContainmentOutcome.Done, Problem = null, At = clock.GetUtcNow() };
        }

        // The slug was given to somebody else, who has no part in it.
        if (step.TenantId is { } planned && planned != target.Id)
        {
            return NotFound();
        }

        var entry = new AuditEntry(clock, exchange.Entry.Transport, exchange.Entry.Address)
        {
            Tenant = target.Id,
            Class = AuditClass.Administration,
            Action = ActionOf(step.Step, target.Id),
            Target = step.Target is null ? target.Slug : $"{target.Slug}/{step.Target}",
            Caller = exchange.Caller,
            Ran = true,
        };
        var result = await TryAsync(owner, incident, step, target.Id, reason, exchange, cancel);
        if (result.Try(out var done, out var problem))
        {
            entry.Succeed();
        }
        else
        {
            entry.Fail(problem.Code);
            done = step with { Outcome = ContainmentOutcome.Failed, Problem = ProblemCatalogue.Row(problem.Code).Slug };
        }

        await audit.WriteAsync(entry, AuditMode.Durable);
        return done with { At = entry.At };

        ContainmentStep NotFound() => step with { Outcome = ContainmentOutcome.Failed, Problem = ProblemCatalogue.Row(ProblemCode.NotFound).Slug, At = clock.GetUtcNow() };
    }

    private async Task<Result<ContainmentStep>> TryAsync(TenantId owner, string incident, ContainmentStep step, TenantId target, string reason, ManagementExchange exchange, CancellationToken cancel)
    {
        try
        {
            return step.Step == ContainmentKind.RevokeCredentials ? await RevokeAllAsync(owner, incident, step, target, reason, exchange, cancel)
                : await RefusalAsync(step, target, reason, exchange) is { } refused ? refused
                : step with { Outcome = ContainmentOutcome.Done, Problem = null };
        }
        catch (Exception failure) when (failure is not AuditUnavailableException)
        {
            // It is told for this step; the others must not depend on it.
            Log.StepFailed(logger, failure, step.Step, exchange.Entry.Correlation);
            return Problem.Internal();
        }
    }

    private async Task<Problem?> RefusalAsync(ContainmentStep step, TenantId target, string reason, ManagementExchange exchange)
    {
        var (own, caller, name) = (grains.For(target), exchange.Caller, step.Target ?? "");
        switch (step.Step)
        {
            case ContainmentKind.ReadOnly:
                return (await own.The<ITenantGrain>().MakeReadOnlyAsync(new MakeReadOnly { Reason = reason }, caller)).Problem;
            case ContainmentKind.SuspendTenant:
                return (await own.The<ITenantGrain>().SuspendAsync(new SuspendTenant { Reason = reason }, await OperatorStanding.IsAloneAsync(grains, options.Value), caller)).Problem;
            case ContainmentKind.RotateSigningKeys:
                return (await own.The<IKeyRingGrain>().EmergencyRotateAsync(caller)).Problem;
            case ContainmentKind.BlockPrincipal:
                return PrincipalId.IsValid(name) ? (await own.The<IPrincipalIndexGrain>().BlockAsync(name, new BlockPrincipal { Reason = reason }, caller)).Problem : Problem.NotFound("principal");
            case ContainmentKind.RevokeKey:
                // An id that does not exist must not activate a grain.
                return (await own.The<IKeyIndexGrain>().IdsAsync()).Contains(name, StringComparer.Ordinal) ? (await own.Get<IKeyGrain>(name).RevokeAsync(caller)).Problem : Problem.NotFound("key");
            case ContainmentKind.Quarantine:
                var entry = QuarantineTarget.Parse(name);
                return (await own.The<ITenantGrain>().QuarantineAsync(new QuarantineEntry { Kind = entry.Kind, Name = entry.Name, Reason = reason }, caller)).Problem;
            default:
                throw new InvalidOperationException("There is no such step.");
        }
    }

    /// <summary>Goes on with the latest revocation when this incident began one: another would end what was issued since.</summary>
    private async Task<Result<ContainmentStep>> RevokeAllAsync(TenantId owner, string incident, ContainmentStep step, TenantId target, string reason, ManagementExchange exchange, CancellationToken cancel)
    {
        if (!(await grains.For(target).The<ITenantGrain>().GetAsync()).Try(out var tenant, out var unknown))
        {
            return unknown;
        }

        var command = new RevokeCredentials { Reason = reason, Before = step.Before is null ? null : tenant.CredentialsRevokedAt };
        if (!(await sweep.BeginAsync(tenant, command, exchange.Caller)).Try(out var begun, out var refused))
        {
            return refused;
        }

        // On record before the rest is done: whatever cuts it short, it is gone on with.
        if (step.Before is null
            && (await grains.For(owner).Get<IIncidentGrain>(incident).ReportAsync([step with { Outcome = ContainmentOutcome.Pending, Problem = null, Before = begun, At = null }], exchange.Caller)).Problem is { } notNoted)
        {
            return notNoted;
        }

        return (await sweep.RunAsync(tenant with { CredentialsRevokedAt = begun }, command with { Before = begun }, exchange.Caller, cancel)).Try(out var revoked, out refused)
            ? step with { Outcome = revoked.Complete ? ContainmentOutcome.Done : ContainmentOutcome.Pending, Problem = null, Before = revoked.Before }
            : refused;
    }

    private static Problem? Misplaced(TenantId owner, ContainIncident command) =>
        owner != TenantId.Platform && command.Tenant is not null ? Invalid("tenant", "This incident is a tenant's own: leave it out.")
        : owner == TenantId.Platform && command.Tenant is null && command.Steps().Any(step => step.Kind is not (ContainmentKind.BlockPrincipal or ContainmentKind.RevokeKey))
            ? Invalid("tenant", "Name the tenant that this is done to; the platform itself has principals to block and keys to revoke.")
        : null;

    /// <summary>What the step's own route would refuse.</summary>
    private static Problem? Denied(ContainmentKind kind, bool isOfPlatform, ManagementExchange exchange)
    {
        if (kind == ContainmentKind.SuspendTenant && exchange.Caller.Tenant != TenantId.Platform)
        {
            return new Problem(ProblemCode.PermissionDenied, "Suspending a tenant is for the platform's operators.");
        }

        var area = kind switch
        {
            ContainmentKind.SuspendTenant => "tenants",
            ContainmentKind.BlockPrincipal => isOfPlatform ? "platform-principals" : "principals",
            ContainmentKind.RevokeKey => isOfPlatform ? "management-keys" : "keys",
            ContainmentKind.RotateSigningKeys => "signing-keys",
            _ => "incidents",
        };
        var needed = Permission.Parse($"{area}:write");
        return exchange.Permissions.AllowsAll(needed) ? null : Problem.PermissionDenied(needed.Text);
    }

    private static string ActionOf(ContainmentKind kind, TenantId target) => kind switch
    {
        ContainmentKind.ReadOnly => "tenants/make-read-only",
        ContainmentKind.BlockPrincipal => target == TenantId.Platform ? "platform-principals/block" : "principals/block",
        ContainmentKind.RevokeKey => target == TenantId.Platform ? "management-keys/revoke" : "keys/revoke",
        ContainmentKind.Quarantine => "quarantine/add",
        ContainmentKind.SuspendTenant => "tenants/suspend",
        ContainmentKind.RotateSigningKeys => "signing-keys/emergency-rotate",
        _ => "tenants/revoke-credentials",
    };

    private static Problem Invalid(string member, string fault) => Problem.Invalid([new FieldError(member, fault)]);

    private readonly record struct Target(TenantId Id, string Slug);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ContainmentStepFailed", Level = LogLevel.Error, Message = "Step {Step} of a containment failed; correlation {Correlation}.")]
        public static partial void StepFailed(ILogger logger, Exception failure, ContainmentKind step, string correlation);
    }
}
