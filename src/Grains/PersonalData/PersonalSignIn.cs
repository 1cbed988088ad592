using System.Text.Json.Nodes;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.PersonalData;

/// <summary>How the person proves who it is: that there is a password, an authenticator, an invitation, and nothing of what they are.</summary>
internal sealed class PersonalSignIn(TenantGrains grains) : IPersonalStore
{
    public string Name => "sign-in";

    public async ValueTask<JsonArray> ReadAsync(TenantId tenant, string principal, CancellationToken cancel)
    {
        var login = await grains.For(tenant).Get<ILoginGrain>(principal).GetAsync();
        return login is { PasswordSet: false, SecondFactor: false, InvitationExpiresAt: null }
            ? []
            :
            [
                new JsonObject
                {
                    ["passwordSet"] = login.PasswordSet,
                    ["passwordSetAt"] = login.PasswordSetAt,
                    ["secondFactor"] = login.SecondFactor,
                    ["recoveryCodesLeft"] = login.RecoveryCodesLeft,
                    ["invitationExpiresAt"] = login.InvitationExpiresAt,
                },
            ];
    }

    /// <summary>Its sessions, and access tokens that came of them, end with it.</summary>
    public async ValueTask<Problem?> EraseAsync(PersonErasure erasure, CancellationToken cancel)
    {
        await grains.For(erasure.Tenant).Get<ILoginGrain>(erasure.Principal).EraseAsync(erasure.Caller);
        return null;
    }
}
