using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Tests.Identity;

[Trait("Control", "AZ-2")]
public sealed class PermissionTests
{
    [Theory]
    [InlineData("*")]
    [InlineData("tools:read")]
    [InlineData("tools:*")]
    [InlineData("tools:*:*")]
    [InlineData("tools:call:*")]
    [InlineData("tools:call:echo")]
    [InlineData("resources:read:public/*")]
    [InlineData("resources:read:a/b/c/*")]
    [InlineData("resources:read:a/b c")]
    [InlineData("my-area:my_action")]
    public void The_grammar_is_area_action_and_pattern(string text)
    {
        Assert.True(Permission.TryParse(text, out var permission));
        Assert.Equal(text, permission.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("**")]
    [InlineData("tools")]
    [InlineData(":read")]
    [InlineData("tools:")]
    [InlineData("tools::echo")]
    [InlineData("*:read")]
    [InlineData("*:*")]
    [InlineData("*:*:*")]
    [InlineData("tools:re*")]
    [InlineData("to*:read")]
    [InlineData("tools:read:")]
    [InlineData("tools:read:/")]
    [InlineData("tools:read:/*")]
    [InlineData("tools:read:**")]
    [InlineData("tools:read:*/x")]
    [InlineData("tools:read:*/*")]
    [InlineData("tools:read:a*")]
    [InlineData("tools:read:a/b*")]
    [InlineData("tools:read:a/*/b")]
    [InlineData("tools:read:a/*/*")]
    [InlineData("tools:read:a//b")]
    [InlineData("tools:read:a/")]
    [InlineData("tools:read:/a")]
    [InlineData("tools:read:a/../b")]
    [InlineData("tools:read:../*")]
    [InlineData("tools:read:./*")]
    [InlineData("tools:read:a\\b")]
    [InlineData("tools:read:a\0")]
    [InlineData("tools:read:a\n")]
    [InlineData("tools: read")]
    [InlineData(" tools:read")]
    [InlineData("tools:read\n")]
    [InlineData("tоols:read")]
    public void Anything_else_is_no_permission(string? text)
    {
        Assert.False(Permission.TryParse(text, out var permission));
        Assert.Null(permission);
    }

    [Fact]
    public void A_permission_has_at_most_512_characters()
    {
        Assert.True(Permission.TryParse("tools:call:" + new string('x', 501), out _));
        Assert.False(Permission.TryParse("tools:call:" + new string('x', 502), out _));
    }

    [Theory]
    [InlineData("public/../secret")]
    [InlineData("public/x/../../secret")]
    [InlineData("public/./x")]
    [InlineData("public/..")]
    [InlineData("public/.")]
    [InlineData("public%2f..")]
    [InlineData("public%2f..%2fsecret")]
    [InlineData("public%2Fx")]
    [InlineData("public//x")]
    [InlineData("public///x")]
    [InlineData("/public/x")]
    [InlineData("PUBLIC/x")]
    [InlineData("Public/x")]
    [InlineData("publicX/a")]
    [InlineData("public-x/a")]
    [InlineData("public")]
    [InlineData("public/")]
    [InlineData("public/x/")]
    [InlineData("public/x\0")]
    [InlineData("public/\0")]
    [InlineData("public/x\0/../secret")]
    [InlineData("public/x\n")]
    [InlineData("public/x\u001f")]
    [InlineData("public\\x")]
    [InlineData("public/..\\secret")]
    [InlineData("public/x\\..\\secret")]
    [InlineData("secret/public/x")]
    [InlineData("x/../public/y")]
    [InlineData("publіc/x")]
    [InlineData("public∕x")]
    [InlineData("public／x")]
    [InlineData("")]
    [InlineData(null)]
    public void A_grant_below_public_covers_nothing_else(string? target) =>
        Assert.False(PermissionSet.Compile(["resources:read:public/*"]).Allows("resources", "read", target));

    [Theory]
    [InlineData("public/x")]
    [InlineData("public/x/y")]
    [InlineData("public/X")]
    [InlineData("public/...")]
    [InlineData("public/a.b")]
    [InlineData("public/*")]
    [InlineData("public/über")]
    public void A_grant_below_public_covers_what_lies_there(string target) =>
        Assert.True(PermissionSet.Compile(["resources:read:public/*"]).Allows("resources", "read", target));

    [Theory]
    [InlineData("tools", "call", "echo", true)]
    [InlineData("tools", "call", "Echo", false)]
    [InlineData("tools", "call", "echo2", false)]
    [InlineData("tools", "call", "ech", false)]
    [InlineData("tools", "call", null, false)]
    [InlineData("tools", "CALL", "echo", false)]
    [InlineData("Tools", "call", "echo", false)]
    [InlineData("tools", "read", "echo", false)]
    public void An_exact_grant_covers_that_object_only(string area, string action, string? target, bool allowed) =>
        Assert.Equal(allowed, PermissionSet.Compile(["tools:call:echo"]).Allows(area, action, target));

    [Theory]
    [InlineData("tools:*", "tools", "call", true)]
    [InlineData("tools:*", "toolsX", "call", false)]
    [InlineData("tools:*", "resources", "read", false)]
    [InlineData("tools:call:*", "tools", "call", true)]
    [InlineData("tools:call:*", "tools", "read", false)]
    public void A_whole_wildcard_covers_its_place_only(string grant, string area, string action, bool allowed) =>
        Assert.Equal(allowed, PermissionSet.Compile([grant]).Allows(area, action, "x"));
}
