import { follow } from '../url/navigation.ts';
import { groupsRoute } from '../url/route.ts';

export const Lost = ({ title, text }: { title: string; text: string }) => (
  <main class="page">
    <section class="panel empty">
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a class="button" href="/" onClick={(event) => follow(event, groupsRoute)}>
          All groups
        </a>
      </p>
    </section>
  </main>
);
