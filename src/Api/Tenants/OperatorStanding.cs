using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Tenants;

/// <summary>What decides whether an operator is the second of two people (IR-4).</summary>
internal static class OperatorStanding
{
    private static readonly PrincipalFilter People = new() { Kind = PrincipalKind.User };
    private const int PageSize = 201;

    /// <summary>Whether one operator is all there is to resume what is suspended now, or it matters to nobody: outside the environment <c>live</c>.</summary>
    public static async ValueTask<bool> IsAloneAsync(TenantGrains grains, ApiOptions options)
    {
        if (!string.Equals(options.Environment, "live", StringComparison.Ordinal))
        {
            return true;
        }

        // All pages: two hundred blocked users must not hide the second operator.
        var (found, after) = (0, (string?)null);
        do
        {
            var users = await grains.Platform.The<IPrincipalIndexGrain>().PageAsync(People, after, PageSize);
            found += users.Count(user => !user.Blocked);
            after = users.Length < PageSize ? null : users[^1].Id;
        }
        while (found < 2 && after is not null);

        return found < 2;
    }

    /// <summary>Since when an operator's account is in the same hands: made, unblocked, or given a password by a secret that somebody issued, whichever is latest.</summary>
    public static async ValueTask<Result<DateTimeOffset>> SinceAsync(TenantGrains grains, string principal)
    {
        if (!(await grains.Platform.Get<IPrincipalGrain>(principal).StandingSinceAsync()).Try(out var since, out var refused))
        {
            return refused;
        }

        return await grains.Platform.Get<ILoginGrain>(principal).SecretUsedAtAsync() is { } used && used > since ? used : since;
    }
}
