using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Hosting;
using Platform.Hosting.Listeners;

namespace Platform.Architecture.Tests;

/// <summary>A value that nobody filled in refuses.</summary>
public sealed class DefaultTests
{
    [Fact, Trait("Control", "CF-4")]
    public void A_tenant_of_no_status_serves_nobody() => Assert.Equal(TenantStatus.Suspended, default);

    [Fact, Trait("Control", "CF-4")]
    public void A_key_of_no_status_is_revoked() => Assert.Equal(KeyStatus.Revoked, default);

    [Fact, Trait("Control", "AU-4")]
    public void A_signing_key_of_no_status_is_disabled() => Assert.Equal(SigningKeyStatus.Disabled, default);

    [Fact, Trait("Control", "CF-4")]
    public void A_credential_of_no_trust_level_is_not_trusted() => Assert.Equal(TrustLevel.None, default);

    [Fact, Trait("Control", "CF-4")]
    public void A_condition_nobody_judged_cannot_be_told() => Assert.Equal(ConditionVerdict.Unknown, default);

    [Fact, Trait("Control", "CF-4")]
    public void A_connection_of_no_listener_is_served_nothing() => Assert.Equal(ListenerKind.None, default);

    [Fact, Trait("Control", "CF-4")]
    public void A_process_of_no_role_does_nothing() => Assert.Equal(PlatformRoleSet.None, default);

    [Fact, Trait("Control", "ER-1")]
    public void A_problem_of_no_code_tells_nothing() => Assert.Equal(ProblemCode.Internal, default);

    [Fact, Trait("Control", "ER-1")]
    public void A_result_nobody_filled_in_is_an_internal_problem() => Assert.Equal(ProblemCode.Internal, default(Result<int>).Problem?.Code);

    [Fact, Trait("Control", "IN-1")]
    public void A_verdict_nobody_filled_in_refuses_the_body() =>
        Assert.Equal("Malformed", Enum.ToObject(Product.Api.GetType("Platform.Api.Validation.JsonFault", throwOnError: true)!, 0).ToString());

    [Fact, Trait("Control", "AL-5")]
    public void A_tenant_that_chose_no_audit_mode_waits_for_the_disk() => Assert.Equal(AuditMode.Durable, default);
}
