using System.Text.Json.Nodes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.PersonalData;

/// <summary>
/// One kind of thing that is kept of people beside their principal. Whoever keeps another kind registers it here, or an export lacks it and an erasure leaves it behind. Called by grains of the
/// person's tenant.
/// </summary>
public interface IPersonalStore
{
    /// <summary>As exports, operations and erasure records call it: lower-case letters and hyphens.</summary>
    string Name { get; }

    /// <summary>What is held of the person, one object each: no secret, and nothing of anybody else.</summary>
    ValueTask<JsonArray> ReadAsync(TenantId tenant, string principal, CancellationToken cancel);

    /// <summary>Removes it, or makes it worthless; on disk when it returns. Can be asked again, also for somebody who has nothing.</summary>
    ValueTask<Problem?> EraseAsync(PersonErasure erasure, CancellationToken cancel);
}

/// <summary>Whom to erase.</summary>
/// <param name="Tenant">Whose person.</param>
/// <param name="Principal">The person.</param>
/// <param name="KeepIssuedKeys">Leaves keys alone that the person made for services.</param>
/// <param name="Caller">Who asked for it.</param>
public sealed record PersonErasure(TenantId Tenant, string Principal, bool KeepIssuedKeys, Caller Caller);
