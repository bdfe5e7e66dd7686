import { Problem } from '@everflame/model';
import { problemResponse, refusal } from './answer-problem.ts';
import { admit } from './auth/admit.ts';
import type { Door, Visit } from './door.ts';
import type { Needs } from './needs.ts';
import type { WebFile, WebFiles } from './web-files.ts';

/** Everything that no other door owns: the page, whose addresses are its own business, and its files. */
export function webDoor(needs: Needs): Door {
  return {
    name: 'web',
    owns: () => true,
    answer: async (visit) => {
      visit.route = 'web';
      await admit(visit, needs, { right: 'read', refusal });
      return answer(visit, needs.web);
    },
    refuse: (error, visit) => problemResponse(error, visit.id, visit.log),
  };
}

function answer(visit: Visit, web: WebFiles | undefined): Response {
  const { method } = visit.request;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new Problem('method-not-allowed', 'The page is only read (GET).');
  }
  if (!web) {
    throw new Problem('no-such-address', 'This server was started without the page.');
  }
  const file = web.file(visit.path);
  if (file && file !== web.index) return fileResponse(file);
  // A missing file must not look like a page to the script that wanted it.
  if (/\.\w+$/.test(visit.path) && visit.path !== '/index.html') {
    throw new Problem('no-such-address', `There is nothing at ${visit.path}.`);
  }
  const response = fileResponse(web.index);
  response.headers.set('content-security-policy', web.policy);
  return response;
}

const fileResponse = ({ bytes, type, isHashed }: WebFile): Response =>
  new Response(bytes, {
    headers: {
      'content-type': type,
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  });
