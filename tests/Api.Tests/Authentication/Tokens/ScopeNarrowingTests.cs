using CsCheck;
using Platform.Abstractions.Identity;
using Platform.Api.Authentication.Tokens;

namespace Platform.Api.Tests.Authentication.Tokens;

[Trait("Control", "AZ-3")]
public sealed class ScopeNarrowingTests
{
    private static readonly string[] Texts =
        ["*", "tools:*", "tools:call", "tools:read", "tools:call:echo", "files:read:public/*", "files:read:public/a/*", "files:read:public/a/b", "files:read:publicX/a", "files:*:public/*", "files:read", "files:read:*", "openid"];

    private static readonly (string Area, string Action, string? Target)[] Questions =
    [
        ("tools", "call", "echo"), ("tools", "call", "other"), ("tools", "read", null), ("files", "read", "public/a/b"), ("files", "read", "public/a/c"), ("files", "read", "public/b"),
        ("files", "read", "publicX/a"), ("files", "write", "public/b"), ("files", "read", null), ("keys", "issue", null),
    ];

    [Fact]
    public void What_is_left_is_what_both_allow()
    {
        var some = Gen.Int[0, Texts.Length - 1].Select(i => Texts[i]).Array[0, 4];
        Gen.Select(some, some).Sample((grants, scopes) =>
        {
            var (held, asked, left) = (PermissionSet.Compile(grants), PermissionSet.Compile(scopes), PermissionSet.Compile(ScopeNarrowing.Narrow([new AccessRule { Role = "", Allow = grants }], string.Join(' ', scopes))));
            return Array.TrueForAll(Questions, question => left.Allows(question.Area, question.Action, question.Target)
                == (held.Allows(question.Area, question.Action, question.Target) && asked.Allows(question.Area, question.Action, question.Target)));
        });
    }
}
