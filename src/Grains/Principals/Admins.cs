using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;

namespace Platform.Grains.Principals;

/// <summary>
/// Who is a full admin: only the role admin itself counts, given directly and for always, of somebody who is active and denied nothing. A provider's subject has it no longer than the provider
/// says, and is none.
/// </summary>
internal static class Admins
{
    public static bool Any(IReadOnlyDictionary<string, PrincipalView> principals, string[] denying) => principals.Values.Any(principal => Is(principal, denying, principals.GetValueOrDefault));

    /// <summary>
    /// A problem when the tenant would have no admin any more after a change to one principal, a group included. A person is replaced by a person only: whether a program's key is still known to
    /// anybody, nobody can tell.
    /// </summary>
    public static Problem? CheckLast(IReadOnlyDictionary<string, PrincipalView> principals, PrincipalView after, string[] denying)
    {
        if (after.Kind != PrincipalKind.Group && !IsAdmin(principals.GetValueOrDefault(after.Id)) && !IsAdmin(after))
        {
            // Who is an admin neither before nor after it changes nothing; a group may.
            return null;
        }

        var (had, have) = (Kinds(principals.GetValueOrDefault), Kinds(id => string.Equals(id, after.Id, StringComparison.Ordinal) ? after : principals.GetValueOrDefault(id)));
        return (had.People && !have.People) || (had.Any && !have.Any)
            ? Problem.Conflict("This is the last active admin, or would deny them something. Make somebody else one first.")
            : null;

        bool IsAdmin(PrincipalView? principal) => principal is not null && Is(principal, denying, principals.GetValueOrDefault);

        (bool People, bool Any) Kinds(Func<string, PrincipalView?> find)
        {
            var admins = principals.Keys.Select(id => find(id)!).Where(principal => Is(principal, denying, find)).ToArray();
            return (admins.Any(admin => admin.Kind == PrincipalKind.User), admins.Length > 0);
        }
    }

    private static bool Is(PrincipalView principal, string[] denying, Func<string, PrincipalView?> find) =>
        !principal.Blocked && principal.Kind != PrincipalKind.Group && !PrincipalId.IsExternal(principal.Id) && principal.Roles.Contains(BuiltInRoles.Admin, StringComparer.Ordinal)
        && !principal.Roles.Concat(principal.ConditionalRoles.Select(role => role.Role)).Concat(principal.Groups.SelectMany(group => find(group) is { } shared ? shared.Roles.Concat(shared.ConditionalRoles.Select(role => role.Role)) : []))
            .Any(role => denying.Contains(role, StringComparer.Ordinal));
}
