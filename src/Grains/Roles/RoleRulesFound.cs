using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Grains.Roles;

/// <summary>What named roles give: a role that does not exist is a problem, never an empty grant.</summary>
internal static class RoleRulesFound
{
    /// <param name="roles">In any order, twice too.</param>
    /// <param name="find">Null for a role that is not there.</param>
    /// <param name="known">What there is to choose from.</param>
    public static Result<AccessRule[]> Of(string[] roles, Func<string, AccessRule?> find, IEnumerable<string> known)
    {
        var rules = new AccessRule[roles.Length];
        for (var i = 0; i < roles.Length; i++)
        {
            if (find(roles[i]) is not { } rule)
            {
                return Problem.Invalid([new FieldError("roles", $"There is no role '{roles[i]}'. Choose from {string.Join(", ", known)}.")]);
            }

            rules[i] = rule;
        }

        return rules;
    }
}
