using CsCheck;
using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Tests.Identity;

[Trait("Control", "AU-7")]
public sealed class NarrowingTests
{
    private static readonly Gen<string> Word = OneOfThese("a", "b", "*");
    private static readonly Gen<string> Path = Gen.Select(OneOfThese("a", "b", "c").Array[1, 3], Gen.Bool, (segments, all) => string.Join('/', segments) + (all ? "/*" : ""));
    private static readonly Gen<string> Grant = Gen.Frequency(
        (1, Gen.Const("*")),
        (1, Gen.Const("not a grant")),
        (4, Gen.Select(OneOfThese("a", "b"), Word, (area, action) => $"{area}:{action}")),
        (9, Gen.Select(OneOfThese("a", "b"), Word, Path, (area, action, path) => $"{area}:{action}:{path}")));

    private static readonly Gen<string?> Target =
        Gen.Frequency((1, Gen.Const((string?)null)), (6, OneOfThese("a", "b", "c").Array[1, 4].Select(segments => (string?)string.Join('/', segments))));

    [Fact, Trait("Control", "AZ-3")]
    public void A_narrowed_credential_may_do_what_both_its_principal_and_its_scopes_may_and_nothing_else() =>
        Gen.Select(Grant.Array[0, 4], Grant.Array[0, 4], OneOfThese("a", "b"), OneOfThese("a", "b"), Target).Sample(
            (grants, scopes, area, action, target) =>
                PermissionSet.Compile(Narrowing.Narrow(grants, scopes)).Allows(area, action, target)
                == (PermissionSet.Compile(grants).Allows(area, action, target) && PermissionSet.Compile(scopes).Allows(area, action, target)),
            iter: 50_000);

    [Fact]
    public void The_order_of_the_two_makes_no_difference() =>
        Gen.Select(Grant.Array[0, 4], Grant.Array[0, 4]).Sample((one, other) => Narrowing.Narrow(one, other).SequenceEqual(Narrowing.Narrow(other, one)));

    [Fact]
    public void A_credential_without_scopes_may_do_what_its_principal_may() => Assert.Equal(["tools:call"], Narrowing.Narrow(["tools:call"], null));

    [Fact]
    public void A_credential_with_no_scope_left_may_do_nothing() => Assert.Empty(Narrowing.Narrow(["*"], []));

    [Theory]
    [InlineData("*", "tools:call", "tools:call")]
    [InlineData("tools:call", "*", "tools:call")]
    [InlineData("*", "*", "*")]
    [InlineData("tools:*", "tools:call:echo", "tools:call:echo")]
    [InlineData("tools:*:echo", "tools:call", "tools:call:echo")]
    [InlineData("resources:read:public/*", "resources:read", "resources:read:public/*")]
    [InlineData("resources:read:public/*", "resources:read:public/a/*", "resources:read:public/a/*")]
    [InlineData("resources:read:public/a", "resources:read:public/*", "resources:read:public/a")]
    public void The_narrower_of_the_two_is_what_is_left(string grant, string scope, string left) => Assert.Equal([left], Narrowing.Narrow([grant], [scope]));

    [Theory]
    [InlineData("tools:call", "tools:read")]
    [InlineData("tools:call", "resources:call")]
    [InlineData("resources:read:public/*", "resources:read:publicX/a")]
    [InlineData("resources:read:public/*", "resources:read:public")]
    [InlineData("resources:read:public/*", "resources:read:PUBLIC/a")]
    [InlineData("resources:read:public/a", "resources:read:public/b")]
    [InlineData("*", "nonsense")]
    [InlineData("tools:call", "")]
    public void Two_that_have_nothing_in_common_leave_nothing(string grant, string scope) => Assert.Empty(Narrowing.Narrow([grant], [scope]));

    private static Gen<string> OneOfThese(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);
}
