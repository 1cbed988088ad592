using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Alerts;

/// <summary>One thing to tell somebody. The same <paramref name="Id"/> may be told more than once.</summary>
/// <param name="Tenant">Whose rule it is; <c>_sys</c> for the platform's.</param>
/// <param name="Id">Of the notice.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Alert">As it stood then.</param>
public sealed record AlertNotice(TenantId Tenant, Guid Id, AlertNewsKind Kind, AlertView Alert);

/// <summary>Where notices go. A channel is called in the turn of the tenant's grain: it takes the notice over and returns within a second.</summary>
public interface IAlertChannel
{
    /// <summary>Such as <c>log</c>.</summary>
    string Name { get; }

    /// <summary>False for a book that notes what happened: a test of a rule is nothing to note.</summary>
    bool ReachesPeople => true;

    /// <returns>Whether anybody listens there.</returns>
    Task<bool> TellAsync(AlertNotice notice, CancellationToken cancel);
}
