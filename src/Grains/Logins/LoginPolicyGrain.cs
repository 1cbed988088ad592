using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Problems;
using Platform.Grains.Storage;

namespace Platform.Grains.Logins;

public sealed record LoginPolicyState
{
    public SecondFactorRule SecondFactor { get; init; } = SecondFactorRule.Recommended;
}

[GrainType("login-policy")]
internal sealed class LoginPolicyGrain(
    [PersistentState("policy")] IPersistentState<LoginPolicyState> state,
    IOptions<GrainOptions> options) : Grain, ILoginPolicyGrain
{
    public Task<LoginPolicy> EffectiveAsync() => Task.FromResult(Effective());

    public async Task<Result<LoginPolicy>> SetAsync(LoginPolicy policy, LoginPolicy expected, Caller caller)
    {
        if (expected != Effective())
        {
            return Problem.PreconditionFailed();
        }

        await state.SaveAsync(new LoginPolicyState { SecondFactor = policy.SecondFactor });
        return Effective();
    }

    private LoginPolicy Effective() => new() { SecondFactor = (SecondFactorRule)Math.Min((int)state.State.SecondFactor, (int)options.Value.SecondFactor) };
}
