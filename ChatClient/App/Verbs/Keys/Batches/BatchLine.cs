using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys.Batches;

/// <summary>An operation of a batch.</summary>
/// <param name="Number">The number of its line, from 1.</param>
/// <param name="Verb">What is done, as the line has it.</param>
/// <param name="Command">The command.</param>
internal sealed record BatchLine(int Number, string Verb, KeyCommand Command);
