using System.Text;
using PaxosShard.ChatClient.App.Load.Gateway;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>Asks keys through a gateway as the client library does it directly, so that both can be callers of one history. Keys and values are words that need no escape.</summary>
/// <param name="talk">The client.</param>
internal sealed class GatewayKeys(GatewayTalk talk)
{
    private const string Value = "Success | ";
    private const string Mismatch = "Fail | mismatch | ";

    /// <summary>Does what a command says.</summary>
    /// <exception cref="NotAppliedException">It took no effect.</exception>
    /// <exception cref="OutcomeUnknownException">Whether it did is not known.</exception>
    public async Task<KeyResult> ExecuteAsync(KeyCommand command)
    {
        string? answer = await talk.AskAsync(LineOf(command));
        if (GatewayAnswers.IsUnknown(answer))
            throw command.Kind == CommandKind.GetKey ? new NotAppliedException("a read that was not answered") : new OutcomeUnknownException("the connection to the gateway was lost", retry: null);
        if (GatewayAnswers.IsNotApplied(answer!))
            throw new NotAppliedException(answer!);
        if (answer is "Success")
            return new KeyResult(KeyOutcome.Done, ReadOnlyMemory<byte>.Empty);
        if (answer is "Fail | missing")
            return new KeyResult(KeyOutcome.Missing, ReadOnlyMemory<byte>.Empty);
        if (answer!.StartsWith(Value, StringComparison.Ordinal))
            return new KeyResult(KeyOutcome.Done, Encoding.ASCII.GetBytes(answer[Value.Length..]));
        return answer.StartsWith(Mismatch, StringComparison.Ordinal)
            ? new KeyResult(KeyOutcome.Mismatch, Encoding.ASCII.GetBytes(answer[Mismatch.Length..]))
            : throw new InvalidOperationException($"a gateway answered '{answer}' to '{LineOf(command)}'");
    }

    private static string LineOf(KeyCommand command)
    {
        string key = Encoding.ASCII.GetString(command.Key.Span);
        string value = Encoding.ASCII.GetString(command.Value.Span);
        return command.Kind switch
        {
            CommandKind.GetKey => $"keys | G | {key}",
            CommandKind.PutKey => $"keys | P | {key} | {value}",
            CommandKind.AppendToKey => $"keys | A | {key} | {value}",
            CommandKind.DeleteKey => $"keys | D | {key}",
            _ => $"keys | C | {key} | {(command.Expected is { } expected ? Encoding.ASCII.GetString(expected.Span) : @"\-")} | {value}",
        };
    }
}
