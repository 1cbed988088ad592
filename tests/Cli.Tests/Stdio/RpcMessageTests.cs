using System.Text;
using Platform.Abstractions.Problems;
using Platform.Cli.Stdio;

namespace Platform.Cli.Tests.Stdio;

[Trait("Control", "TR-11")]
public sealed class RpcMessageTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", "Request")]
    [InlineData("""{"jsonrpc":"2.0","id":"a","method":"ping","params":{}}""", "Request")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", "Notification")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", "Response")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}""", "Response")]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}}""", "Response")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}""", "Response")]
    public void Each_kind_of_message_is_known(string json, string kind) => Assert.Equal(kind, Read(json).Kind.ToString());

    [Theory]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"} {}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":{"x":1,"\u0078":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"\ud800"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":NaN,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping",}""")]
    [InlineData("""{"jsonrpc":"2.0",/**/"id":1,"method":"ping"}""")]
    public void What_is_not_clean_JSON_is_malformed(string json) => Assert.Equal(ProblemCode.Malformed, Refusal(json));

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":5}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":""}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":5}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":""}}""")]
    public void What_is_JSON_but_no_message_is_an_invalid_request(string json) => Assert.Equal(ProblemCode.InvalidRequest, Refusal(json));

    [Theory]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void Bytes_that_are_not_UTF8_are_refused(byte[] bytes)
    {
        byte[] json = [.. "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a"u8, .. bytes, .. "\"}"u8];
        Assert.Equal(ProblemCode.Malformed, RpcMessage.Read(json).Problem?.Code);
    }

    [Fact]
    public void Nesting_is_bounded() => Assert.Equal(ProblemCode.Malformed, Refusal("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":""" + new string('[', 100_000)));

    [Fact]
    public void A_refusal_knows_the_id_when_it_could_be_read()
    {
        Assert.NotNull(RpcMessage.Read("""{"jsonrpc":"1.0","id":7,"method":"ping"}"""u8, out var id).Problem);
        Assert.Equal("7", id.ToString());
    }

    [Fact]
    public void A_text_and_a_number_are_two_ids() => Assert.NotEqual(Read("""{"jsonrpc":"2.0","id":1,"method":"a"}""").Id, Read("""{"jsonrpc":"2.0","id":"1","method":"a"}""").Id);

    [Fact]
    public void An_id_is_its_value_and_not_its_spelling() => Assert.Equal(Read("""{"jsonrpc":"2.0","id":"A","method":"a"}""").Id, Read("""{"jsonrpc":"2.0","id":"\u0041","method":"a"}""").Id);

    [Fact]
    public void A_message_of_several_lines_becomes_one_line() =>
        Assert.Equal("""{ "jsonrpc":"2.0",  "id":1,"method":"a\nb"}""", Encoding.UTF8.GetString(Read("{\n\"jsonrpc\":\"2.0\",\r\n\"id\":1,\"method\":\"a\\nb\"}\r\n").Body.Span));

    private static RpcMessage Read(string json)
    {
        Assert.True(RpcMessage.Read(Encoding.UTF8.GetBytes(json)).Try(out var message, out var problem), problem?.Detail);
        return message;
    }

    private static ProblemCode? Refusal(string json) => RpcMessage.Read(Encoding.UTF8.GetBytes(json)).Problem?.Code;
}
