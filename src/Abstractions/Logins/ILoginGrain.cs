using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Logins;

/// <summary>
/// How one user proves who it is: password, authenticator, recovery codes, one-time secret. Key: <c>{tenant}/{principal}</c>.
/// Every refused proof reads the same and costs the same, whoever does not exist. Who calls it has taken from the exact buckets of the address and of the user.
/// </summary>
[Alias("login")]
public interface ILoginGrain : IGrainWithStringKey
{
    [Alias("get"), AlwaysInterleave]
    Task<LoginView> GetAsync();

    /// <summary>
    /// Checks a password and, once an authenticator is set up, a code. A right password without a code is <c>second-factor-required</c>; a code works once.
    /// Rehashes a password whose parameters are old.
    /// </summary>
    [Alias("verify")]
    Task<Result<LoginVerdict>> VerifyAsync(LoginProof proof);

    /// <summary>Issues a one-time secret. Refused for a principal that is no user, or is blocked.</summary>
    [Alias("issue-secret")]
    Task<Result<LoginSecret>> IssueSecretAsync(IssueLoginSecret command, Caller caller);

    /// <summary>
    /// Uses the secret up, sets the password and ends all sessions. Who has an authenticator must show a code too, unless the secret resets it. Refused while the tenant is suspended, and for
    /// a secret that was issued before all credentials of the tenant were revoked.
    /// </summary>
    [Alias("use-secret")]
    Task<Result<LoginVerdict>> UseSecretAsync(UseLoginSecret command);

    /// <summary>When a secret last set the password, and so when the account last could come into other hands; null when none did.</summary>
    [Alias("secret-used-at"), AlwaysInterleave]
    Task<DateTimeOffset?> SecretUsedAtAsync();

    /// <summary>Needs the old password; ends all sessions.</summary>
    [Alias("change-password")]
    Task<Result<LoginVerdict>> ChangePasswordAsync(ChangePassword command, Caller caller);

    /// <summary>Makes an authenticator's secret and answers it, this once. It counts for nothing until it is confirmed. Refused when one is set up.</summary>
    [Alias("enrol-totp")]
    Task<Result<TotpEnrolment>> EnrolTotpAsync(EnrolTotp command, Caller caller);

    /// <summary>Takes the new authenticator into use, makes recovery codes, and ends all sessions.</summary>
    [Alias("confirm-totp")]
    Task<Result<TotpConfirmed>> ConfirmTotpAsync(ConfirmTotp command, Caller caller);

    /// <summary>Takes the authenticator away and ends all sessions.</summary>
    [Alias("disable-totp")]
    Task<Result<LoginVerdict>> DisableTotpAsync(DisableTotp command, Caller caller);

    /// <summary>Ends every session of the user, those that are being opened too; how many were found.</summary>
    [Alias("end-sessions")]
    Task<int> EndSessionsAsync(Caller caller);

    /// <summary>Wipes all that proves who the user is, and ends every session: the person is erased.</summary>
    [Alias("erase")]
    Task EraseAsync(Caller caller);

    /// <summary>Rises whenever all sessions end. A session is good only as long as its own number is this one.</summary>
    [Alias("generation"), AlwaysInterleave]
    Task<int> GenerationAsync();

    /// <summary>
    /// Whether what came of an earlier verdict is still good: null, <c>unauthenticated</c> when all sessions have ended since or the user is blocked, <c>second-factor-required</c> when the policy
    /// asks for one by now.
    /// </summary>
    [Alias("judge"), AlwaysInterleave]
    Task<Problem?> JudgeAsync(LoginVerdict verdict);
}
