using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>A chat, in the way that fits what is at the other ends: a person at a terminal, or a pipe.</summary>
internal static class ChatProgram
{
    /// <summary>Both ends are a terminal; else there is never a prompt.</summary>
    public static bool IsAtTerminal => Descriptor.IsTerminal(Descriptor.Input) && Descriptor.IsTerminal(Descriptor.Output);

    /// <summary>Chats until the input ends or the user leaves.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="ReportedException">Room or name break a rule, or a line of a pipe could not be sent.</exception>
    public static async Task<int> RunAsync(ChatPlace place, CancellationToken cancellation)
    {
        if (MessageRules.Violation(place.Room, place.Nick, "x") is { } violation)
            throw new ReportedException(ErrorKinds.Usage, violation);
        return IsAtTerminal
            ? await TerminalChat.RunAsync(place, cancellation)
            : await new PipeChat(place).RunAsync(cancellation);
    }
}
