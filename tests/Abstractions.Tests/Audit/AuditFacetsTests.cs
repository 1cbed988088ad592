using System.Text;
using Platform.Abstractions.Audit;

namespace Platform.Abstractions.Tests.Audit;

[Trait("Control", "AL-1")]
public sealed class AuditFacetsTests
{
    [Fact]
    public void Members_of_the_record_itself_are_read_and_nothing_nested_is() =>
        Assert.Equal(
            new AuditFacets("toolExecution", "tools/call", "ok", "svc_1"),
            Of("""{"x":{"class":"administration","principal":"admin"},"class":"toolExecution","action":"tools/call","outcome":"ok","principal":"svc_1"}"""));

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("{\"class\":7,\"action\":null,\"outcome\":[],\"principal\":{}}")]
    [InlineData("{\"class\":\"a\",")]
    [InlineData("{\"class\":\"\\ud800\"}")]
    public void What_is_strange_reads_as_empty(string record) => Assert.Equal(new AuditFacets("", "", "", ""), Of(record));

    [Fact]
    public void Long_text_is_cut() => Assert.Equal(AuditFacets.MaxLength, Of($$"""{"principal":"{{new string('x', 1_000)}}"}""").Principal.Length);

    private static AuditFacets Of(string record) => AuditFacets.Of(Encoding.UTF8.GetBytes(record));
}
