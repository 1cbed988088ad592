using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;

namespace Platform.Grains.Roles;

/// <summary>Serves the built-in roles; a tenant's own roles will be its state.</summary>
[GrainType("role-book")]
internal sealed class RoleBookGrain : Grain, IRoleBookGrain
{
    public Task<Result<string[]>> ResolveAsync(string[] roles)
    {
        var grants = new List<string>();
        foreach (var role in roles)
        {
            if (!BuiltInRoles.All.TryGetValue(role, out var granted))
            {
                return Task.FromResult<Result<string[]>>(Problem.Invalid([new FieldError("roles", $"There is no role '{role}'. Choose from {string.Join(", ", BuiltInRoles.All.Keys.Order(StringComparer.Ordinal))}.")]));
            }

            grants.AddRange(granted);
        }

        return Task.FromResult<Result<string[]>>(grants.Distinct(StringComparer.Ordinal).ToArray());
    }
}
