using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.PersonalData;

/// <summary>Whose data this slice is about: people. Programs, machines and groups have none.</summary>
internal static class Person
{
    /// <summary>What is kept of a person, one who was deleted included; refused for everybody else.</summary>
    public static async Task<Result<PrincipalRecord>> FindAsync(TenantGrains.Scoped own, string principal)
    {
        if (await own.Get<IPrincipalGrain>(principal).RecordAsync() is not { } record)
        {
            return Problem.NotFound("principal");
        }

        return record.Kind == PrincipalKind.User ? record : Problem.Conflict("Only people have personal data. Delete a service, a device or a group instead.");
    }

    /// <summary>A read-only tenant is looked at, not changed, whichever way somebody comes.</summary>
    public static async Task<Problem?> CheckWritableAsync(TenantGrains.Scoped own, TenantId tenant) =>
        tenant == TenantId.Platform ? null
        : !(await own.The<ITenantGrain>().GetAsync()).Try(out var view, out var missing) ? missing
        : view.Status == TenantStatus.Deleted ? Problem.TenantDeleted()
        : view.ReadOnly is null ? null
        : Problem.TenantReadOnly();
}
